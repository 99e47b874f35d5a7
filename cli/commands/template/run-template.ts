import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { exitCodes } from '../../exit-codes.ts';
import { callerPath } from '../../options/caller-path.ts';
import { renderCommands } from './render-commands.ts';
import { renderZip } from './render-zip.ts';
import { writeFolder } from './write-folder.ts';

interface TemplateOptions {
  out: string;
  bucket?: string;
  region?: string;
  /** The options `-c key=value`. */
  context: Readonly<Record<string, string>>;
}

/** Throws CommandError if the CDK is not installed, or the folder cannot be written. */
export async function runTemplate(options: TemplateOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted, endWith } = context;
  const region = options.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  terminal.showProgress('making the template');
  const { synthesiseTemplates } = await loadSynthesis();
  const made = synthesiseTemplates({ folder: process.cwd(), context: options.context, region: region || undefined });
  terminal.showProgress(null);
  if ('refusal' in made) {
    terminal.err.print(`${made.refusal}\nNothing was written.`);
    return endWith(exitCodes.error);
  }
  const { stacks, functions, warnings, notes } = made;
  for (const warning of warnings) terminal.err.print(`Warning: ${warning}`);
  for (const note of notes) terminal.err.print(`Note: ${note}`);
  const folder = callerPath(options.out);
  const files = [
    ...stacks.map(({ name, template }) => ({ name: `${name}.template.json`, content: template })),
    ...functions.map(({ name, files }) => ({ name, content: renderZip(files) })),
  ];
  await writeFolder(folder, files, interrupted);
  const content = `${renderCount(stacks.length, 'template')}, ${renderCount(functions.length, 'function')}`;
  terminal.err.print(`Wrote ${renderPlain(folder, 4_000)}: ${content}.`);
  terminal.out.print(renderCommands(stacks, { folder, bucket: options.bucket ?? null, region: region || null }));
}

/** The CDK is an optional dependency of the installed package. If the CDK is missing, throws CommandError. */
export async function loadSynthesis() {
  try {
    return await import('../../../lib/synthesise-templates.ts');
  } catch (cause) {
    // If the CDK is missing, the installed package throws an error without a code. An error with a code comes from Node, for example about
    // a missing file.
    if (!(cause instanceof Error) || 'code' in cause) throw cause;
    throw new CommandError(`${cause.message.replace(/\.$/, '')}; for npx, name them with --package.`, { cause });
  }
}
