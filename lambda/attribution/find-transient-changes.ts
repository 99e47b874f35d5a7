/**
 * Finds what was reachable between two reads that saw nothing of it: calls that no difference of two snapshots explains. Between two
 * reads that no call was near, the calls are applied to what the first one found; where that leads to what the second one found, the
 * firewalls on the way are known. Refuses to guess where it does not.
 */
import type { Firewall, Note, RatingPolicy, Reach, Severity } from '../firewall/index.ts';
import type { AttributedCall, Attribution } from '../history/attribution.ts';
import type { ApiCall } from './api-call.ts';
import { callSecondMs, maxCallsNamed, portCalls, showsWithinMs } from './attribute-change.ts';
import { orderCalls, toAttributedCall } from './order-calls.ts';
import { type Replay, replayCalls } from './replay-calls.ts';
import { describeUntold, type TracedChange, traceTransientChanges } from './trace-transient-changes.ts';

/** The firewall of one instance was read once, somewhere within a time; `listReads` makes them from history and scans. */
export interface Read {
  /** The read was not made before this instant, */
  from: string;
  /** and not after this one. */
  until: string;
  /** Of the instance that was read: one of the same name and another ARN is another instance. */
  arn: string | null;
  firewall: Firewall;
}

export interface TransientChangeQuestion {
  /** Of one instance, oldest first. */
  reads: readonly Read[];
  /** For this instance, in any order, copies included. */
  calls: readonly ApiCall[];
  /** `eventId` of every call that an earlier `flapped` entry names: not told again. */
  toldEventIds: ReadonlySet<string>;
  /** `eventId` of every call that is in the `changedBy` of a change: where it does not fit, that is said there already. */
  attributedEventIds: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  now: number;
  /** Records come late: "can't be told" is said only of calls older than this. */
  settleMs: number;
  policy: RatingPolicy;
}

/** CloudTrail brings a record about 5 minutes after its call on average, and promises nothing. */
export const defaultSettleMs = 30 * 60_000;

/** One while in which the firewall was not what the reads before and after it found. */
export interface TransientChange {
  /**
   * `explained`: the calls, one after the other, lead from the read before to the read after. Otherwise what was open can't be told:
   * they do not (`not-explained`), or their records leave out what would tell (`not-told`).
   */
  fit: Attribution['fit'];
  /** The call that began it, and the one that ended it; of what can't be told, the first and the last. */
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
  /** In the order in which they were made; at most `maxCallsNamed`. */
  calls: AttributedCall[];
}

/**
 * Oldest first. What leads to the later read is said at once; what does not waits until all of its calls have settled, since the one
 * that is missing may still come. Calls after the last read wait for the next one.
 */
export function findTransientChanges(question: TransientChangeQuestion): TransientChange[] {
  const calls = orderCalls(question.calls.filter(({ name }) => portCalls.includes(name)));
  return splitAtReads(question.reads, calls).flatMap((stretch) => judgeStretch(stretch, question));
}

/** Two reads, the calls between them, and the reads of which no one can say between which calls they were made. */
interface Stretch {
  before: Read;
  after: Read;
  doubtful: Read[];
  calls: ApiCall[];
}

function splitAtReads(reads: readonly Read[], calls: readonly ApiCall[]): Stretch[] {
  const stretches: Stretch[] = [];
  let before: Read | null = null;
  let doubtful: Read[] = [];
  for (const read of reads) {
    if (calls.some((call) => isDuring(call, read))) {
      doubtful.push(read);
      continue;
    }
    if (before !== null) stretches.push(buildStretch(before, read, doubtful, calls));
    before = read;
    doubtful = [];
  }
  return stretches.filter((stretch) => stretch.calls.length > 0 && isOneInstance(stretch));
}

/** Can't it be told whether the read shows the call? It was made while the read may have been, or so shortly before. */
export function isDuring({ at }: ApiCall, { from, until }: Read): boolean {
  const start = Date.parse(at);
  return start + callSecondMs + showsWithinMs > Date.parse(from) && start <= Date.parse(until);
}

function buildStretch(before: Read, after: Read, doubtful: Read[], calls: readonly ApiCall[]): Stretch {
  const between = calls.filter(({ at }) => at > before.until && at < after.from);
  return { before, after, doubtful, calls: between };
}

function isOneInstance({ before, after, doubtful }: Stretch): boolean {
  return [after, ...doubtful].every(({ arn }) => arn === before.arn);
}

function judgeStretch(stretch: Stretch, question: TransientChangeQuestion): TransientChange[] {
  const { before, after, calls } = stretch;
  const fresh = calls.filter(({ eventId }) => !question.toldEventIds.has(eventId));
  if (fresh.length === 0) return [];
  const replayed = replayCalls(before.firewall, after.firewall, fresh);
  if (Array.isArray(replayed)) return listTransientChanges(stretch, fresh, replayed, question);
  // A call that was told may have been in the middle of these.
  const whole = fresh.length < calls.length ? replayCalls(before.firewall, after.firewall, calls) : replayed;
  if (Array.isArray(whole)) return listTransientChanges(stretch, calls, whole, question);
  return tellUntold(fresh, replayed === 'none' ? 'not-explained' : 'not-told', question);
}

function listTransientChanges(
  { before, after, doubtful }: Stretch,
  calls: readonly ApiCall[],
  replays: readonly Replay[],
  { toldEventIds, policy }: TransientChangeQuestion,
): TransientChange[] {
  const read = [before, after, ...doubtful].map(({ firewall }) => firewall);
  const stories = traceTransientChanges(read, replays, calls, policy);
  return stories
    .map(toTransientChange)
    .filter((transient) => transient.calls.some(({ eventId }) => !toldEventIds.has(eventId)));
}

function toTransientChange({ calls, ...story }: TracedChange): TransientChange {
  return { fit: 'explained', ...spanOf(calls), ...story, calls: calls.map(toAttributedCall) };
}

function tellUntold(
  fresh: readonly ApiCall[],
  fit: Attribution['fit'],
  question: TransientChangeQuestion,
): TransientChange[] {
  const { now, settleMs, attributedEventIds } = question;
  const isSettled = fresh.every(({ at }) => Date.parse(at) + settleMs <= now);
  if (!isSettled || fresh.every(({ eventId }) => attributedEventIds.has(eventId))) return [];
  const transients: TransientChange[] = [];
  for (let start = 0; start < fresh.length; start += maxCallsNamed) {
    const calls = fresh.slice(start, start + maxCallsNamed);
    const said = { opened: [], closed: [], notes: [], ...describeUntold(calls.length, fit) };
    transients.push({ fit, ...spanOf(calls), ...said, calls: calls.map(toAttributedCall) });
  }
  return transients;
}

function spanOf(calls: readonly ApiCall[]): { from: string; until: string } {
  return { from: calls.at(0)?.at ?? '', until: calls.at(-1)?.at ?? '' };
}
