import type { CommandContext } from '../command-context.ts';
import { renderJson } from '../render-json.ts';
import type { Terminal } from '../terminal.ts';
import { buildNarrator } from './narrator.ts';
import { playDemo, type Scene } from './play-demo.ts';
import { openStage } from './stage.ts';
import { stayOnStage } from './stay-on-stage.ts';
import { tellScene } from './tell-scene.ts';
import { toDemoDocument } from './to-demo-document.ts';

export interface DemoOptions {
  json?: boolean;
  stay?: boolean;
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
    if (options.stay) await stayOnStage(stage, options.json ? terminal.err : terminal.out, interrupted);
    else if (!options.json) terminal.out.print(outlook(terminal));
  } finally {
    terminal.showProgress(null);
    await stage.close();
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
