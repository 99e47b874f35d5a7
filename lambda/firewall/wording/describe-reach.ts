/**
 * Describes reach in the fewest correct lines, the most severe line first. Beyond `maxLines`, lines are left out and counted. Beyond
 * `maxSources`, sources are left out. An omitted line is never more severe than a shown line.
 */

import { buildRankOf, type Ranking, sortByRank } from '../rating/rank-reach.ts';
import { mergeRectangles, separatePorts, toReach, toRectangle } from '../sets/canonical-reach.ts';
import type { Reach } from '../sets/reach.ts';
import { axisSize, type Rectangle } from '../sets/rectangle.ts';
import { canonicaliseSources } from '../sets/source-set.ts';
import { cutList } from './cut-list.ts';
import { describePorts } from './describe-ports.ts';
import { describeSources } from './describe-sources.ts';
import { expandLine, findFewestLines, type ReachLine, toReachLine } from './fewest-lines.ts';
import { findLinesOverOpenBefore, type LineOverOpenBefore } from './lines-over-open-before.ts';

/** One line about reach. All characters are printable, also in quoted values of the rules. */
export interface Phrase {
  /** `tcp 22 (SSH)`, `all protocols`, `icmp echo request (ping)`. */
  what: string;
  /** `anywhere (0.0.0.0/0)`, `anywhere` (both families), `203.0.113.0/24 and 3 more`. */
  from: string;
}

/** `tcp 22 (SSH) from anywhere (0.0.0.0/0)` */
export function renderPhrase({ what, from }: Phrase): string {
  return `${what} from ${from}`;
}

interface DescribeOptions {
  /** The maximum number of lines; by default 50. */
  maxLines?: number;
  /** The maximum number of sources and exceptions in one line; by default 4. */
  maxSources?: number;
  /**
   * The reach that was open before the change. With `background`, one line "all protocols (tcp 22 was open before)" can replace the
   * separate lines for all ports except tcp 22.
   */
  background?: readonly Reach[];
}

/**
 * The search for fewer lines takes seconds for very large firewalls, whose lines nobody reads to the end. Beyond these limits, each range
 * of ports with its sources is one line.
 */
const maxRectangles = 500;
const maxSearchedSources = 3_000;

/** The result does not depend on the order of `reach`. `more`: the number of phrases that were left out. */
export function describeReach(
  reach: readonly Reach[],
  ranking: Ranking,
  options: DescribeOptions = {},
): { phrases: Phrase[]; more: number } {
  const { maxLines = 50, maxSources = 4, background = [] } = options;
  const { shown, more } = cutList(listLines(reach, ranking, background), maxLines);
  return { phrases: shown.map((line) => toPhrase(canonicaliseLine(line), maxSources)), more };
}

/** The line that `describeReach` would show first without `background`; `null`: the reach is empty. */
export function findWorstLine(reach: readonly Reach[], ranking: Ranking): ReachLine | null {
  const [worst] = listLines(reach, ranking, []);
  return worst === undefined ? null : canonicaliseLine(worst);
}

export function describeLine(line: ReachLine, maxSources: number): Phrase {
  return toPhrase({ ...line, openBefore: [] }, maxSources);
}

/** The part of `reach` on the ports of a line, from any source. */
export function keepPorts(reach: readonly Reach[], { protocol, from, to }: ReachLine): Reach[] {
  return reach
    .filter((one) => (protocol === 'all' || one.protocol === protocol) && one.from <= to && one.to >= from)
    .map((one) => ({ ...one, from: Math.max(one.from, from), to: Math.min(one.to, to) }));
}

function listLines(reach: readonly Reach[], ranking: Ranking, background: readonly Reach[]): LineOverOpenBefore[] {
  const rankOf = buildRankOf(ranking);
  if (!isSearched(reach)) {
    const separate = sortByRank(separatePorts(reach), (one) => rankOf([one]));
    return separate.map((one) => ({ ...toReachLine(toRectangle(one)), openBefore: [] }));
  }
  const known = isSearched([...reach, ...background]) ? background : [];
  return sortByRank(findLines(canonicaliseRectangles(reach), known), (line) => rankOf(toReach(expandLine(line))));
}

function isSearched(reach: readonly Reach[]): boolean {
  if (reach.length > maxRectangles) return false;
  return reach.reduce((sum, { sources }) => sum + sources.length, 0) <= maxSearchedSources;
}

/** Brings the sources of a line into canonical form: they are not in this form yet if there were too many lines to search for the fewest. */
function canonicaliseLine(line: LineOverOpenBefore): LineOverOpenBefore {
  return { ...line, sources: canonicaliseSources(line.sources) };
}

function canonicaliseRectangles(reach: readonly Reach[]): Rectangle[] {
  return mergeRectangles(reach.map(toRectangle));
}

function findLines(rectangles: readonly Rectangle[], background: readonly Reach[]): LineOverOpenBefore[] {
  const bare = findFewestLines(rectangles).map((line): LineOverOpenBefore => ({ ...line, openBefore: [] }));
  if (background.length === 0) return bare;
  const over = findLinesOverOpenBefore(rectangles, canonicaliseRectangles(background));
  const cost = over.reduce((sum, { openBefore }) => sum + 1 + openBefore.length, 0);
  // All ports of a protocol in one line are easier to read than lines around the ports that were open before.
  return cost < bare.length || (cost === bare.length && over.some(isWholeAxis)) ? over : bare;
}

function isWholeAxis({ from, to }: ReachLine): boolean {
  return from === 0 && to === axisSize - 1;
}

function toPhrase({ protocol, from, to, sources, openBefore }: LineOverOpenBefore, maxSources: number): Phrase {
  const what = protocol === 'all' ? 'all protocols' : describePorts(protocol, from, to);
  const who = describeSources(sources, maxSources);
  return { what, from: openBefore.length === 0 ? who : `${who} (${describeOpenBefore(openBefore)})` };
}

/** The maximum number of ranges of ports in one `(… was open before)`. Further ranges are only counted: `3 more`. */
const maxOpenBefore = 4;

function describeOpenBefore(openBefore: LineOverOpenBefore['openBefore']): string {
  const names = openBefore.slice(0, maxOpenBefore).map(({ protocol, from, to, isPart }) => {
    const what = protocol === 'all' ? 'all protocols' : describePorts(protocol, from, to).replace(/ \([^()]*\)$/, '');
    return isPart ? `part of ${what}` : what;
  });
  if (openBefore.length > maxOpenBefore) names.push(`${openBefore.length - maxOpenBefore} more`);
  const last = names.pop() ?? '';
  const list = names.length === 0 ? last : `${names.join(', ')} and ${last}`;
  return `${list} ${openBefore.length === 1 && !last.startsWith('all ') ? 'was' : 'were'} open before`;
}
