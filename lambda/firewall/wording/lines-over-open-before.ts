/** Finds lines that can also cover ports that were open before. Each line names these ports. */

import { intersectRectangles, mergeRectangles } from '../sets/canonical-reach.ts';
import type { Rectangle } from '../sets/rectangle.ts';
import { areEqualSources } from '../sets/source-set.ts';
import { expandLine, findFewestLines, type ReachLine } from './fewest-lines.ts';

export interface LineOverOpenBefore extends ReachLine {
  openBefore: OpenBefore[];
}

/** Ports of a line that were open before. `isPart`: only some of the line's sources could reach them. */
interface OpenBefore {
  protocol: ReachLine['protocol'];
  from: number;
  to: number;
  isPart: boolean;
}

/** Together the lines, minus what was open before, cover exactly `opened`. Both arguments must be canonical. */
export function findLinesOverOpenBefore(
  opened: readonly Rectangle[],
  before: readonly Rectangle[],
): LineOverOpenBefore[] {
  return findFewestLines(mergeRectangles([...opened, ...before])).flatMap((line) => {
    const gained = intersectRectangles(opened, expandLine(line));
    const [sources] = mergeRectangles(
      gained.map((one) => ({ space: 'other', protocol: 'other', from: 0, end: 1, sources: one.sources })),
    ).map((one) => one.sources);
    if (sources === undefined) return [];
    const trimmed = trimPorts({ ...line, sources }, gained);
    return [{ ...trimmed, openBefore: listOpenBefore(trimmed, before) }];
  });
}

/** Cuts ports that were open before from both ends of a line, unless the line is about all protocols. */
function trimPorts(line: ReachLine, gained: readonly Rectangle[]): ReachLine {
  if (line.protocol === 'all') return line;
  const from = gained.reduce((least, one) => Math.min(least, one.from), line.to);
  const to = gained.reduce((most, one) => Math.max(most, one.end - 1), line.from);
  return { ...line, from, to };
}

function listOpenBefore(line: ReachLine, before: readonly Rectangle[]): OpenBefore[] {
  return findFewestLines(intersectRectangles(before, expandLine(line))).map(({ protocol, from, to, sources }) => {
    return { protocol, from, to, isPart: !areEqualSources(sources, line.sources) };
  });
}
