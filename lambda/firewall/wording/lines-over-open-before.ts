/**
 * Finds the fewest lines of an alert that describe newly opened exposure. A line can include ports that were already open; its `openBefore`
 * lists these ports.
 */

import { intersectRectangles, mergeRectangles } from '../sets/canonical-reach.ts';
import type { Rectangle } from '../sets/rectangle.ts';
import { areEqualSources } from '../sets/source-set.ts';
import { expandLine, findFewestLines, type ReachLine } from './fewest-lines.ts';

export interface LineOverOpenBefore extends ReachLine {
  openBefore: OpenBefore[];
}

/** Ports of a line that were open before the change. `isPart`: only some of the line's sources could reach these ports. */
interface OpenBefore {
  protocol: ReachLine['protocol'];
  from: number;
  to: number;
  isPart: boolean;
}

/** If the exposure in `before` is subtracted from the lines, exactly `opened` remains. Both arguments must be canonical. */
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

/** Removes ports that were already open from both ends of the line's port range. A line about all protocols stays unchanged. */
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
