/**
 * Decides when no scan could read an instance, from the notes of the scans and from the failures that entries hold. A failure is an
 * entry only after some scans, and never if the next scan succeeds; the notes hold it from the first scan on.
 */
import { confirms, isNotDue } from '../../lambda/history/confirms.ts';
import { toInstant } from '../../lambda/history/instants.ts';
import { resourceKey } from '../../lambda/history/latest-state.ts';
import type { HistorySlice, SliceScan } from './history-slice.ts';
import { isAside } from './is-aside.ts';

/** A span in which an instance, or its region, could not be read. */
export interface Gap {
  scope: 'instance' | 'region';
  /** Start of the first scan that failed; for an expired history the instant of the last entry that remains (`null`: none). */
  since: string | null;
  /**
   * A `FailureReason`; `not-read`: the scan noted no reason; `not-watched`: the scan left the region out; `expired`: the history of that
   * period was not kept.
   */
  reason: string;
  /** The first read after the gap; `null`: none within the slice. */
  until: string | null;
}

export type UnreadSpan = Gap & { since: string };

type FailedFact = { kind: 'failed'; at: string; isNamed: boolean } & Pick<Gap, 'scope' | 'reason'>;

interface ReadFact {
  kind: 'read';
  at: string;
  scope: Gap['scope'];
  /** The read was made after this instant. */
  from: string;
  /** `null`: the fact does not show it. */
  isThere: boolean | null;
}

/** A scan, or an entry, that shows whether the instance could be read. */
type Fact = FailedFact | ReadFact | { kind: 'listed'; at: string };

/** Oldest first, without overlap. */
export function listUnreadSpans(slice: HistorySlice): UnreadSpan[] {
  const spans: UnreadSpan[] = [];
  let open: UnreadSpan | null = null;
  let failedAt = '';
  let isInstance = false;
  let isThere = (slice.entries[0]?.version ?? 1) > 1;
  const expired = factsOfExpiry(slice);
  const scanned = factsOfScans(slice, expired);
  for (const fact of sortFacts([...factsOfEntries(slice), ...factsOfRegion(slice), ...expired, ...scanned])) {
    if (fact.kind === 'listed') isThere = true;
    else if (fact.kind === 'failed') {
      // An instance that does not exist can't be missed; only a scan that listed it shows that it exists again.
      if (!isThere && !fact.isNamed) continue;
      const { at, scope, reason } = fact;
      failedAt = at;
      isInstance ||= scope === 'instance';
      if (open !== null && (open.reason !== 'expired' || reason === 'expired')) continue;
      if (open !== null) open.until = at;
      open = { scope, since: at, reason, until: null };
      spans.push(open);
    } else {
      isThere = fact.isThere ?? isThere;
      // A region that can be listed again says nothing of an instance that could not be read.
      if (open === null || fact.from < failedAt || (fact.scope === 'region' && isInstance)) continue;
      open.until = fact.at;
      open = null;
      isInstance = false;
    }
  }
  return spans;
}

/** By instant; at one instant what ended comes before what began, and a failure with its reason before the note of its scan. */
function sortFacts(facts: readonly Fact[]): Fact[] {
  const rank = ({ kind }: Fact) => (kind === 'failed' ? 1 : 0);
  return facts.toSorted((a, b) => (a.at === b.at ? rank(a) - rank(b) : a.at < b.at ? -1 : 1));
}

function factsOfEntries({ entries }: HistorySlice): Fact[] {
  return entries.flatMap((entry): Fact[] => {
    const { at, kind, failure } = entry;
    const failed: Fact[] =
      failure === null
        ? []
        : [{ kind: 'failed', at: failure.since, scope: 'instance', reason: failure.reason, isNamed: true }];
    if (isAside(entry)) return failed;
    if (kind === 'gap') return [...failed, { kind: 'listed', at }];
    return [...failed, { kind: 'read', at, from: at, scope: 'instance', isThere: kind !== 'gone' }];
  });
}

function factsOfRegion({ regionEntries }: HistorySlice): Fact[] {
  return regionEntries.flatMap(({ at, kind, failure }): Fact[] => [
    ...(failure === null
      ? []
      : [{ kind: 'failed', at: failure.since, scope: 'region', reason: failure.reason, isNamed: false } as const]),
    ...(kind === 'gap' ? [] : [{ kind: 'read', at, from: at, scope: 'region', isThere: null } as const]),
  ]);
}

/**
 * While no note remains, each scan after a read may have failed: from the start of such a time on, and after each entry, which is a read.
 * The first note that remains tells of its scan.
 */
function factsOfExpiry({ entries, scans, expiredNotes }: HistorySlice): FailedFact[] {
  return expiredNotes.flatMap(({ from, until }) => {
    const noted = scans.find(({ startedAt }) => startedAt >= from)?.startedAt ?? until;
    const end = noted < until ? noted : until;
    const reads = entries.filter(({ at, kind }) => at >= from && at < end && kind !== 'gap' && kind !== 'gone');
    const starts = [...(from < end ? [from] : []), ...reads.map(({ at }) => toInstant(Date.parse(at) + 1))];
    return starts.map((at) => ({ kind: 'failed', at, scope: 'instance', reason: 'expired', isNamed: false }) as const);
  });
}

/** Most scans read every instance: the facts are the scans that failed, and after each failure the first scan that did not. */
function factsOfScans(
  { resource, entries, regionEntries, scans }: HistorySlice,
  expired: readonly FailedFact[],
): Fact[] {
  const failures = [...entries, ...regionEntries].flatMap(({ failure }) => (failure === null ? [] : [failure.since]));
  const recorded = [...failures, ...expired.map(({ at }) => at)].sort();
  const facts: Fact[] = [];
  let isFailing = false;
  let readBy = '';
  for (const scan of scans) {
    const { startedAt, endedAt } = scan;
    if (isNotDue(scan, resource.region)) continue;
    while ((recorded[0] ?? '~') <= startedAt) isFailing = recorded.shift() !== undefined;
    if (!confirms(scan, resource)) {
      facts.push({ kind: 'failed', at: startedAt, ...failureIn(scan, resource) });
      isFailing = true;
    } else if (isFailing || endedAt < readBy) {
      // The clock may have gone back during the scan, or a later scan may have ended before it.
      const at = endedAt < startedAt ? startedAt : endedAt;
      readBy = at;
      facts.push({ kind: 'read', at, from: startedAt, scope: 'instance', isThere: null });
      isFailing = false;
    }
  }
  return facts;
}

function failureIn(
  { regionsFailed, notRead }: SliceScan,
  resource: HistorySlice['resource'],
): { scope: Gap['scope']; reason: string; isNamed: boolean } {
  if (notRead.includes(resourceKey(resource))) return { scope: 'instance', reason: 'not-read', isNamed: true };
  return { scope: 'region', reason: regionsFailed[resource.region] ?? 'not-watched', isNamed: false };
}
