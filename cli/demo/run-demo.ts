import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { renderJson } from '../text/render-json.ts';
import type { Terminal } from '../text/terminal.ts';
import { buildNarrator } from './narrator.ts';
import { playDemo, type Scene } from './play-demo.ts';
import { openStage } from './stage.ts';
import { stayOnStage } from './stay-on-stage.ts';
import { tellScene } from './tell-scene.ts';
import { toDemoDocument } from './to-demo-document.ts';
import { writeDemoReport } from './write-demo-report.ts';

export interface DemoOptions {
  json?: boolean;
  stay?: boolean;
  /** Where the report goes. */
  out: string;
}

/** Throws the signal's reason where it is interrupted before the story ends. */
export async function runDemo(options: DemoOptions, { terminal, interrupted }: CommandContext): Promise<void> {
  const tell = options.json ? showProgressOf(terminal) : tellTo(terminal);
  const stage = await openStage();
  try {
    const scenes: Scene[] = [];
    for await (const scene of playDemo(stage)) {
      interrupted.throwIfAborted();
      scenes.push(scene);
      tell(scene);
    }
    if (options.json) terminal.out.print(renderJson(toDemoDocument(scenes)));
    else await showReport(options.out, scenes, { terminal, interrupted });
    if (options.stay) await stayOnStage(stage, options.json ? terminal.err : terminal.out, interrupted);
    else if (!options.json) terminal.out.print(outlook(terminal));
  } finally {
    terminal.showProgress(null);
    await stage.close();
  }
}

/** A folder that may not be written to is no reason to end the story badly. */
async function showReport(
  file: string,
  scenes: readonly Scene[],
  { terminal, interrupted }: Pick<CommandContext, 'terminal' | 'interrupted'>,
): Promise<void> {
  const scans = scenes.flatMap((scene) => ('scan' in scene ? [scene.scan] : []));
  const [first, last] = [scans[0], scans.at(-1)];
  if (first === undefined || last === undefined) return;
  const span = { from: first.startedAt, until: last.endedAt };
  try {
    terminal.out.print(`   ${await writeDemoReport(file, span, interrupted)}\n`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    terminal.out.print(`   ${renderPlain(error.message, 500)}\n`);
  }
}

function tellTo(terminal: Terminal): (scene: Scene) => void {
  const narrator = buildNarrator(terminal);
  narrator.say(
    narrator.style('bold', 'Portwatch, the firewall drift monitor for Amazon Lightsail: a demo on this machine.'),
    'The scan, the alerts and the table are those of the deployed monitor; AWS is played by stand-ins on 127.0.0.1.',
  );
  return (scene) => tellScene(scene, narrator, terminal);
}

function showProgressOf(terminal: Terminal): (scene: Scene) => void {
  return ({ scene }) => terminal.showProgress(`playing the demo: ${scene}`);
}

function outlook({ out }: Terminal): string {
  return [
    out.style('bold', 'What next'),
    '   npm run demo -- --stay                     change a firewall yourself and watch the alert arrive',
    '   npm run portwatch -- scan                  what your own instances expose, with read-only credentials',
    '   npx cdk deploy -c email=you@example.com    deploy the monitor to your account',
  ].join('\n');
}
