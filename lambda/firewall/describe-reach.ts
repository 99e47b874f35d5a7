import { canonicaliseReach } from './canonical-reach.ts';
import { describePorts } from './describe-ports.ts';
import { describeSources } from './describe-sources.ts';
import type { Phrase } from './phrase.ts';
import type { Reach } from './reach.ts';

export interface DescribeOptions {
  /** Default 50. */
  maxLines?: number;
  /** Sources a line; default 4. */
  maxSources?: number;
  /** What was open before: lets "all protocols (tcp 22 was open before)" stand for the pieces around it. */
  background?: readonly Reach[];
}

/** The reach in the fewest true sentences. `more`: how many were left out. */
export function describeReach(
  reach: readonly Reach[],
  options: DescribeOptions = {},
): { phrases: Phrase[]; more: number } {
  const { maxLines = 50, maxSources = 4 } = options;
  const phrases = canonicaliseReach(reach).map(({ protocol, from, to, sources }): Phrase => {
    return { what: describePorts(protocol, from, to), from: describeSources(sources, maxSources) };
  });
  return { phrases: phrases.slice(0, maxLines), more: Math.max(0, phrases.length - maxLines) };
}
