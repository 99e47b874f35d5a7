/**
 * Finds transient changes: calls between two reads, where neither read shows what the calls opened or closed. The calls are applied to the
 * firewall of the first read. If the result is the firewall of the second read, the firewalls in between are known. If not, the firewalls
 * in between stay unknown.
 */
import type { Firewall, RatingPolicy } from '../firewall/index.ts';
import type { AttributedCall, Attribution } from '../history/attribution.ts';
import type { ApiCall } from './api-call.ts';
import { callSecondMs, maxCallsNamed, portCalls, showsWithinMs } from './attribute-change.ts';
import { findTransientExposure, type TransientExposure } from './find-transient-exposure.ts';
import { orderCalls, toAttributedCall } from './order-calls.ts';
import { rateUnknown } from './rate-transient-change.ts';
import { type Replay, replayCalls } from './replay-calls.ts';

/** One read of the firewall of one instance, at an unknown instant between `from` and `until`. */
export interface Read {
  from: string;
  until: string;
  /** The ARN of the instance that was read. The same name with another ARN is another instance. */
  arn: string | null;
  firewall: Firewall;
}

export interface TransientChangeQuestion {
  /** Reads of one instance, oldest first. */
  reads: readonly Read[];
  /** Calls about this instance, in any order; copies are allowed. */
  calls: readonly ApiCall[];
  /** `eventId` of every call in an earlier `flapped` entry. These calls are not reported again. */
  reportedEventIds: ReadonlySet<string>;
  /**
   * `eventId` of every call in the `changedBy` of a change, whose alert shows the call already. If all new calls between two reads are in
   * this set, and do not explain the second read, the calls are not reported.
   */
  attributedEventIds: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  now: number;
  /** Records arrive late. If a call is younger than this time, it is never reported as an unexplained transient change. */
  recordDelayMs: number;
  policy: RatingPolicy;
}

/** CloudTrail delivers a record about 5 minutes after its call on average, and guarantees no limit. */
export const defaultRecordDelayMs = 30 * 60_000;

/** A span of time in which the firewall differed, or perhaps differed, from the reads before and after. */
export interface TransientChange extends Omit<TransientExposure, 'calls'> {
  /**
   * `explained`: the calls turn the firewall of the read before into the firewall of the read after. `not-explained`: the calls give
   * another firewall. `not-told`: the records lack data that the replay needs. Unless `explained`, the exposure in between is unknown.
   */
  fit: Attribution['fit'];
  /** The instants of the first and the last of the calls. */
  from: string;
  until: string;
  /** In the order in which the calls were made; at most `maxCallsNamed`. */
  calls: AttributedCall[];
}

/**
 * Returns the oldest change first. If the calls between two reads lead from the first firewall to the second, the calls are reported at
 * once. Other calls wait until `recordDelayMs` has passed, because a missing call can still arrive. Calls after the last read wait for the
 * next read.
 */
export function findTransientChanges(question: TransientChangeQuestion): TransientChange[] {
  const calls = orderCalls(question.calls.filter(({ name }) => portCalls.includes(name)));
  return splitAtReads(question.reads, calls).flatMap((stretch) => findInStretch(stretch, question));
}

/** Two reads, the calls between them, and the reads whose position among these calls is not known. */
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
  return stretches.filter(isOneInstance);
}

/** True if it is not known whether the read shows the call: the call was made during the span of the read, or shortly before. */
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

function findInStretch(stretch: Stretch, question: TransientChangeQuestion): TransientChange[] {
  const { before, after, calls } = stretch;
  const fresh = calls.filter(({ eventId }) => !question.reportedEventIds.has(eventId));
  if (fresh.length === 0) return [];
  // The reported calls are replayed, too: they lie between the same reads.
  const replays = replayCalls(before.firewall, after.firewall, calls);
  if (Array.isArray(replays)) return listTransientChanges(stretch, replays, question);
  const fit = replayCalls(before.firewall, after.firewall, fresh);
  return reportUnknown(fresh, Array.isArray(fit) ? 'not-explained' : fit, question);
}

function listTransientChanges(
  { before, after, doubtful, calls }: Stretch,
  replays: readonly Replay[],
  { reportedEventIds, policy }: TransientChangeQuestion,
): TransientChange[] {
  const read = [before, after, ...doubtful].map(({ firewall }) => firewall);
  const reported = listReportedStates(before.firewall, after.firewall, calls, reportedEventIds);
  const traced = findTransientExposure(read, replays, calls, reported, policy);
  return traced
    .map(({ calls, ...change }): TransientChange => {
      return { fit: 'explained', ...spanOf(calls), ...change, calls: calls.map(toAttributedCall) };
    })
    .filter((transient) => transient.calls.some(({ eventId }) => !reportedEventIds.has(eventId)));
}

/**
 * Returns for each call the firewall after the reported calls up to this call, as an earlier report described it. `null`: none of these
 * calls was reported, or the reported calls alone do not turn the firewall of the first read into the firewall of the second read.
 */
function listReportedStates(
  before: Firewall,
  after: Firewall,
  calls: readonly ApiCall[],
  reportedEventIds: ReadonlySet<string>,
): (Firewall | null)[] {
  const replays = replayCalls(
    before,
    after,
    calls.filter(({ eventId }) => reportedEventIds.has(eventId)),
  );
  const states = Array.isArray(replays) ? [...(replays[0] ?? [])] : [];
  let state: Firewall | null = null;
  return calls.map(({ eventId }) => {
    if (reportedEventIds.has(eventId)) state = states.shift() ?? null;
    return state;
  });
}

function reportUnknown(
  fresh: readonly ApiCall[],
  fit: Attribution['fit'],
  question: TransientChangeQuestion,
): TransientChange[] {
  const { now, recordDelayMs, attributedEventIds } = question;
  const isOldEnough = fresh.every(({ at }) => Date.parse(at) + recordDelayMs <= now);
  if (!isOldEnough || fresh.every(({ eventId }) => attributedEventIds.has(eventId))) return [];
  const transients: TransientChange[] = [];
  for (let start = 0; start < fresh.length; start += maxCallsNamed) {
    const calls = fresh.slice(start, start + maxCallsNamed);
    const unknown = {
      opened: [],
      closed: [],
      notes: [],
      reach: { before: [], during: [] },
      ...rateUnknown(calls.length, fit),
    };
    transients.push({ fit, ...spanOf(calls), ...unknown, calls: calls.map(toAttributedCall) });
  }
  return transients;
}

function spanOf(calls: readonly ApiCall[]): { from: string; until: string } {
  return { from: calls.at(0)?.at ?? '', until: calls.at(-1)?.at ?? '' };
}
