import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { exitCodes } from '../../exit-codes.ts';
import { callerPath } from '../../options/caller-path.ts';
import { isRegion } from '../../options/deployment-options.ts';
import { joinProblems } from '../../options/parse-all.ts';
import { loadSynthesis } from '../template/run-template.ts';
import { writeFolder } from '../template/write-folder.ts';
import { memberFiles, renderMemberCommands } from './render-member-commands.ts';

interface MemberTemplateOptions {
  out: string;
  monitorAccount?: string;
  region?: string;
  /** The options `-c key=value`. */
  context: Readonly<Record<string, string>>;
}

/**
 * Throws CommandError if the account or the region of the monitor is not known, the CDK is not installed, or the folder cannot be written.
 */
export async function runMemberTemplate(options: MemberTemplateOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted, endWith } = context;
  const region = options.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  const { monitorAccount } = options;
  const problems: string[] = [];
  if (monitorAccount === undefined)
    problems.push('The account of the monitor is not known: give its 12 digits with --monitor-account');
  if (!region || !isRegion(region))
    problems.push('The region of the monitor is not known: give its name with --region, such as --region eu-west-1');
  if (monitorAccount === undefined || !region || problems.length > 0)
    throw new CommandError(`${joinProblems(problems)}.`);
  const { synthesiseMemberTemplates } = await loadSynthesis();
  const made = synthesiseMemberTemplates({ folder: process.cwd(), context: options.context, monitorAccount, region });
  if ('refusal' in made) {
    terminal.err.print(`${made.refusal}\nNothing was written.`);
    return endWith(exitCodes.error);
  }
  const { accounts, regions, role, events } = made;
  const folder = callerPath(options.out);
  const files = [
    { name: memberFiles.role, content: role },
    ...(events === null ? [] : [{ name: memberFiles.events, content: events }]),
  ];
  await writeFolder(folder, files, interrupted);
  terminal.err.print(`Wrote ${renderPlain(folder, 4_000)}: ${renderCount(files.length, 'template')}.`);
  terminal.err.print(
    'organization' in accounts
      ? 'Run the commands in the management account, or as a delegated administrator of StackSets with --call-as DELEGATED_ADMIN. StackSets ' +
          'leave the management account out: if it is not the account of the monitor, deploy the templates there by themselves ' +
          '(docs/organization.md#the-management-account).'
      : `Run the commands in each of the ${renderCount(accounts.length, 'account')}. The account of the monitor needs none of them.`,
  );
  terminal.out.print(renderMemberCommands({ folder, accounts, region, regions, hasEvents: events !== null }));
}
