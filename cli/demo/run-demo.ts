import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { renderJson } from '../json/render-json.ts';
import type { Channel, Terminal } from '../text/terminal.ts';
import { toDemoDocument } from './demo-document.ts';
import { openDemoEnvironment } from './demo-environment.ts';
import { buildDemoOutput } from './demo-output.ts';
import { writeDemoReport } from './demo-report.ts';
import { keepRunning } from './keep-running.ts';
import { renderScene } from './render-scene.ts';
import { type DemoScene, runDemoScenes } from './run-scenes.ts';

interface DemoOptions {
  json?: boolean;
  stay?: boolean;
  /** The path of the report. Without a path: `portwatch-demo.html`, or no report if `json` is true. */
  out?: string;
}

/**
 * Throws CommandError if `json` and the report would both go to stdout. Throws the reason of `interrupted` if the signal is aborted before
 * the last scene or before the report is written.
 */
export async function runDemo(options: DemoOptions, { terminal: whole, interrupted }: CommandContext): Promise<void> {
  if (options.json && options.out === '-')
    throw new CommandError('Options --json and --out - both write to stdout; give --out the path of a file.');
  const file = options.out ?? (options.json ? null : 'portwatch-demo.html');
  // If the report goes to stdout, the text of the demo goes to stderr.
  const terminal = file === '-' ? { ...whole, out: whole.err } : whole;
  const show = options.json ? showProgressOf(terminal) : printTo(terminal);
  const environment = await openDemoEnvironment();
  try {
    const scenes: DemoScene[] = [];
    for await (const scene of runDemoScenes(environment)) {
      interrupted.throwIfAborted();
      scenes.push(scene);
      show(scene);
    }
    if (options.json) terminal.out.print(renderJson(toDemoDocument(scenes)));
    if (file !== null) await showReport(file, scenes, whole, options.json ? terminal.err : terminal.out, interrupted);
    if (options.stay) await keepRunning(environment, options.json ? terminal.err : terminal.out, interrupted);
    else if (!options.json) terminal.out.print(renderNextSteps(terminal));
  } finally {
    terminal.showProgress(null);
    await environment.close();
  }
}

/** If the report cannot be written, prints a sentence: the demo does not fail. */
async function showReport(
  file: string,
  scenes: readonly DemoScene[],
  terminal: Terminal,
  channel: Channel,
  interrupted: AbortSignal,
): Promise<void> {
  const scans = scenes.flatMap((scene) => ('scan' in scene ? [scene.scan] : []));
  const [first, last] = [scans[0], scans.at(-1)];
  if (first === undefined || last === undefined) return;
  const span = { from: first.startedAt, until: last.endedAt };
  try {
    channel.print(`   ${await writeDemoReport(file, span, terminal, interrupted)}\n`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    channel.print(`   ${renderPlain(error.message, 500)}\n`);
  }
}

function printTo(terminal: Terminal): (scene: DemoScene) => void {
  const output = buildDemoOutput(terminal);
  output.print(
    output.style('bold', 'Portwatch, the firewall drift monitor for Amazon Lightsail: a demo on this machine.'),
    'The scan, the alerts and the table are those of the deployed monitor; AWS is replaced by stand-ins on 127.0.0.1.',
  );
  return (scene) => renderScene(scene, output, terminal);
}

function showProgressOf(terminal: Terminal): (scene: DemoScene) => void {
  return ({ scene }) => terminal.showProgress(`running the demo: ${scene}`);
}

function renderNextSteps({ out }: Terminal): string {
  return [
    out.style('bold', 'Next steps'),
    '   npm run demo -- --stay                     change a firewall yourself and see the alert',
    '   npm run portwatch -- scan                  the exposure of your own instances, with read-only credentials',
    '   npx cdk deploy -c email=you@example.com    deploy the monitor to your account',
  ].join('\n');
}
