/** Lines that also run over what was open before, where that makes them fewer: with a note of what was. */

import { canonicaliseReach, intersectReach, toReach, toSourceSet } from '../sets/canonical-reach.ts';
import type { Reach } from '../sets/reach.ts';
import { allProtocols, type Rectangle } from '../sets/rectangle.ts';
import { findReachLines, type ReachLine } from './reach-lines.ts';

export interface LineOverBackground extends ReachLine {
  /** What of the line was open before. `isPart`: to some of its sources only. */
  before: Hole[];
}

export interface Hole {
  protocol: ReachLine['protocol'];
  from: number;
  to: number;
  isPart: boolean;
}

/** Together the lines, less their holes, say exactly `reach`. */
export function findLinesOverBackground(reach: readonly Reach[], background: readonly Reach[]): LineOverBackground[] {
  return findReachLines(canonicaliseReach([...reach, ...background])).flatMap((line) => {
    const gained = intersectReach(reach, toReachOf(line));
    const [first] = gained;
    if (first === undefined) return [];
    const sources = toSourceSet(gained.flatMap((one) => one.sources));
    const [merged] = canonicaliseReach(toReachOf({ ...line, protocol: 'other', sources }));
    const trimmed = trimPorts(
      { ...line, sources: merged === undefined ? sources : toSourceSet(merged.sources) },
      gained,
    );
    return [{ ...trimmed, before: findHoles(trimmed, background) }];
  });
}

/** A line need not begin or end with what was open before. */
function trimPorts(line: ReachLine, gained: readonly Reach[]): ReachLine {
  if (line.protocol === 'all') return line;
  const from = gained.reduce((least, one) => Math.min(least, one.from), line.to);
  const to = gained.reduce((most, one) => Math.max(most, one.to), line.from);
  return { ...line, from, to };
}

function findHoles(line: ReachLine, background: readonly Reach[]): Hole[] {
  const whole = JSON.stringify(toReachOf(line)[0]?.sources);
  return findReachLines(intersectReach(background, toReachOf(line))).map(({ protocol, from, to, sources }) => {
    const [reach] = toReachOf({ protocol, from, to, sources });
    return { protocol, from, to, isPart: JSON.stringify(reach?.sources) !== whole };
  });
}

function toReachOf({ protocol, from, to, sources }: ReachLine): Reach[] {
  const protocols = protocol === 'all' ? allProtocols : [protocol];
  return toReach(protocols.map((one): Rectangle => ({ space: one, protocol: one, from, end: to + 1, sources })));
}
