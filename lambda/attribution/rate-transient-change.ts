/** Rates a transient change like a permanent change, with the reason in the past tense. */
import { isAtLeast, type RatedChange, type RatingPolicy, type Reach, rateChange } from '../firewall/index.ts';
import type { Rating } from '../firewall/rating/rating.ts';
import { canonicaliseReach } from '../firewall/sets/canonical-reach.ts';
import { renderDuration } from '../firewall/wording/render-duration.ts';
import type { Attribution } from '../history/attribution.ts';

/** The whole exposure at the read before a transient change, and during the change. */
export interface ReachAround {
  before: readonly Reach[];
  during: readonly Reach[];
}

/**
 * Rates the opened exposure against `openBefore`: `before`, or only the part of `before` that no approval covers. Rates the closed exposure
 * against `before` and `during`. Returns the more severe rating.
 */
export function rateTransientChange(
  { opened, closed, notes }: Pick<RatedChange, 'opened' | 'closed' | 'notes'>,
  { before, during }: ReachAround,
  openBefore: readonly Reach[],
  seconds: number,
  policy: RatingPolicy,
): Rating {
  const after = canonicaliseReach([...openBefore, ...opened]);
  const opening = { opened, closed: [], notes, before: openBefore, after };
  const closing = { opened: [], closed, notes: [], before, after: during };
  const [a, b] = [rateChange(opening, policy), rateChange(closing, policy)];
  const { severity, reason } = closed.length === 0 || (opened.length > 0 && isAtLeast(a.severity, b.severity)) ? a : b;
  return { severity, reason: `${putInPast(reason)}, for ${renderDuration(seconds)}` };
}

function putInPast(reason: string): string {
  return reason
    .replace(/\bis now\b/, 'was')
    .replace(/\bare now\b/, 'were')
    .replace('nothing reaches the instance any more', 'nothing reached the instance')
    .replace(/a site may be down$/, 'a site may have been down');
}

/** The rating if the exposure between two reads is unknown: medium, as for a firewall that can't be read. `count`: the number of calls. */
export function rateUnknown(count: number, fit: Attribution['fit']): Rating {
  const [what, they, their] =
    count === 1 ? ['1 call', 'it does', 'its record leaves'] : [`${count} calls`, 'they do', 'their records leave'];
  const why =
    fit === 'not-told'
      ? `${their} out the request`
      : `${they} not lead from the firewall of the first read to the firewall of the second read`;
  return {
    severity: 'medium',
    reason: `${what} to its firewall between two reads: ${why}, so it is not known which ports were open in between`,
  };
}
