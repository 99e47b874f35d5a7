import type { DemoScene } from './run-scenes.ts';

/** The document of `portwatch demo --json`. `history`: the items of one instance's history, newest first. */
export function toDemoDocument(scenes: readonly DemoScene[]) {
  const scans = scenes.flatMap((scene) => ('scan' in scene ? [scene.scan] : []));
  return {
    scans: scans.map(({ startedAt, report }) => ({ startedAt, ...report })),
    messages: scans
      .flatMap(({ messages }) => messages)
      .map(({ subject, email, slack, event }) => ({ subject, email, slack, event })),
    history: scenes.flatMap((scene) => ('items' in scene ? scene.items : [])),
  };
}
