/**
 * Decides when no scan could read an instance, from the notes of scans and from the failures in entries. In most cases, a failure becomes
 * an entry only after several failed scans in a row. The notes have the failure from the first failed scan on.
 */
import { confirms, isNotDue } from '../../lambda/history/find-confirmation.ts';
import { toInstant } from '../../lambda/history/instants.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { HistorySlice, SliceScan } from './history-slice.ts';
import { leavesStateUnchanged } from './leaves-state-unchanged.ts';

export interface Gap {
  scope: 'instance' | 'region';
  /** Start of the first failed scan. If the history has expired: the instant of the last remaining entry; `null`: no entry remains. */
  since: string | null;
  /**
   * A `FailureReason`; or `not-read`: the scan noted no reason; `not-watched`: the scan left the region out; `expired`: the history of that
   * time is no longer kept.
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
  /** True if the instance exists; `null`: the fact does not show this. */
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
      // A scan cannot miss an instance that does not exist. Only a scan that listed the instance shows that it exists again.
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
      // If a region can be listed again, this does not show that an instance can be read again.
      if (open === null || fact.from < failedAt || (fact.scope === 'region' && isInstance)) continue;
      open.until = fact.at;
      open = null;
      isInstance = false;
    }
  }
  return spans;
}

/**
 * Sorts by instant. At the same instant, reads come before failures, so that a gap ends before the next gap begins. A failure from an
 * entry, which has a reason, comes before the failure from the note of the same scan.
 */
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
    if (leavesStateUnchanged(entry)) return failed;
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
 * In a time whose scan notes have expired, perhaps every scan failed. So a failure is assumed at the start of this time, and 1 ms after
 * each entry that shows a read (every kind except `gap` and `gone`). The time ends at the first note that remains, because that note shows
 * the result of its scan.
 */
function factsOfExpiry({ entries, scans, expiredScans }: HistorySlice): FailedFact[] {
  return expiredScans.flatMap(({ from, until }) => {
    const noted = scans.find(({ startedAt }) => startedAt >= from)?.startedAt ?? until;
    const end = noted < until ? noted : until;
    const reads = entries.filter(({ at, kind }) => at >= from && at < end && kind !== 'gap' && kind !== 'gone');
    const starts = [...(from < end ? [from] : []), ...reads.map(({ at }) => toInstant(Date.parse(at) + 1))];
    return starts.map((at) => ({ kind: 'failed', at, scope: 'instance', reason: 'expired', isNamed: false }) as const);
  });
}

/**
 * Returns the failed scans, and after each failure the first successful scan. Other successful scans do not change the gaps, and most scans
 * succeed.
 */
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
      // `endedAt` is before `startedAt` if the clock went back, and before `readBy` if an earlier scan ended later.
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
