/** Decides the fewest true sentences for reach. Nothing is left out of them but what `maxLines` and `maxSources` cut, with its count. */

import { canonicaliseReach } from '../sets/canonical-reach.ts';
import type { Reach } from '../sets/reach.ts';
import { axisSize } from '../sets/rectangle.ts';
import { describePorts } from './describe-ports.ts';
import { describeSources } from './describe-sources.ts';
import { findLinesOverBackground, type LineOverBackground } from './lines-over-background.ts';
import type { Phrase } from './phrase.ts';
import { findReachLines, type ReachLine, toReachLine } from './reach-lines.ts';

export interface DescribeOptions {
  /** Default 50. */
  maxLines?: number;
  /** Sources a line; default 4. */
  maxSources?: number;
  /** What was open before: lets "all protocols (tcp 22 was open before)" stand for the pieces around it. */
  background?: readonly Reach[];
}

/** Beyond so many slabs nobody reads all of it anyway: they are told one by one, which takes no thought. */
const maxSlabs = 500;

/** Does not depend on the order of `reach`. `more`: how many phrases were left out. */
export function describeReach(
  reach: readonly Reach[],
  options: DescribeOptions = {},
): { phrases: Phrase[]; more: number } {
  const { maxLines = 50, maxSources = 4, background = [] } = options;
  const lines = findLines(canonicaliseReach(reach), background);
  const phrases = lines.slice(0, maxLines).map((line) => toPhrase(line, maxSources));
  return { phrases, more: lines.length - phrases.length };
}

function findLines(reach: readonly Reach[], background: readonly Reach[]): LineOverBackground[] {
  const plain = reach.length > maxSlabs ? reach.map(toReachLine) : findReachLines(reach);
  const bare = plain.map((line): LineOverBackground => ({ ...line, before: [] }));
  if (background.length === 0 || reach.length > maxSlabs || background.length > maxSlabs) return bare;
  const over = findLinesOverBackground(reach, background);
  const cost = over.reduce((sum, { before }) => sum + 1 + before.length, 0);
  // A whole axis says more than the pieces around a hole in it.
  return cost < bare.length || (cost === bare.length && over.some(isWhole)) ? over : bare;
}

function isWhole({ from, to }: ReachLine): boolean {
  return from === 0 && to === axisSize - 1;
}

function toPhrase({ protocol, from, to, sources, before }: LineOverBackground, maxSources: number): Phrase {
  const what = protocol === 'all' ? 'all protocols' : describePorts(protocol, from, to);
  const who = describeSources(sources, maxSources);
  return { what, from: before.length === 0 ? who : `${who} (${describeBefore(before)})` };
}

/** How many of the holes are named. */
const maxHoles = 4;

function describeBefore(before: LineOverBackground['before']): string {
  const names = before.slice(0, maxHoles).map(({ protocol, from, to, isPart }) => {
    const what = protocol === 'all' ? 'all protocols' : describePorts(protocol, from, to).replace(/ \([^()]*\)$/, '');
    return isPart ? `part of ${what}` : what;
  });
  if (before.length > maxHoles) names.push(`${before.length - maxHoles} more`);
  const last = names.pop() ?? '';
  const list = names.length === 0 ? last : `${names.join(', ')} and ${last}`;
  return `${list} ${before.length === 1 && !last.startsWith('all ') ? 'was' : 'were'} open before`;
}
