/** Decides when the state of an instant was last confirmed before it, and first confirmed after it. */
import { confirms } from '../../lambda/history/confirms.ts';
import type { Evidence } from './evidence.ts';
import type { InstantReading } from './read-instant.ts';
import type { StateAt } from './state-at.ts';
import { countUntil, instantOf, isAside, startOf, type Timeline } from './timeline.ts';

export { confirms } from '../../lambda/history/confirms.ts';

export type Confirmations = Pick<StateAt, 'confirmedBefore' | 'confirmedAfter'>;

/** A scan that was under way at `at` counts for neither: what it read was read before, or after. */
export function findConfirmations(
  evidence: Evidence,
  timeline: Timeline,
  reading: InstantReading,
  at: string,
): Confirmations {
  const life = lifeOf(timeline, reading, at);
  if (life === null) return { confirmedBefore: null, confirmedAfter: null };
  const reads = [life.from, lastReadAgain(timeline, life, at), lastBefore(evidence, life, at)].sort();
  return { confirmedBefore: reads.at(-1) || null, confirmedAfter: firstAfter(evidence, life, at) };
}

/** Outwards from `at`: the nearest scan is mostly the one. */
function lastBefore({ resource, scans }: Evidence, life: Life, at: string): string {
  for (let i = countUntil(scans, startOf, at) - 1; i >= 0; i -= 1) {
    const scan = scans[i];
    if (scan === undefined || scan.startedAt <= life.from) break;
    if (scan.endedAt <= at && confirms(scan, resource)) return scan.startedAt;
  }
  return '';
}

function firstAfter({ resource, scans }: Evidence, { until }: Life, at: string): string | null {
  for (let i = countUntil(scans, startOf, at); i < scans.length; i += 1) {
    const scan = scans[i];
    if (scan === undefined || (until !== '' && scan.startedAt >= until)) break;
    if ((until === '' || scan.endedAt < until) && confirms(scan, resource)) return scan.startedAt;
  }
  return null;
}

/** From the entry that began the state to the one that ended it; empty: from ever, or for ever. Gaps only interrupt it. */
interface Life {
  from: string;
  until: string;
}

/** `null`: a state of which nothing is known can't be confirmed. */
function lifeOf(timeline: Timeline, { entry, snapshot, exposure, gap }: InstantReading, at: string): Life | null {
  if (exposure === null || gap?.reason === 'expired') return null;
  return { from: (snapshot ?? entry)?.at ?? '', until: endOf(timeline, at) };
}

/** The next change; or, where an entry before it has expired, the last one before that: from there on it may have been another state. */
function endOf({ entries, changes }: Timeline, at: string): string {
  const next = changes[countUntil(changes, (change) => change.entry.at, at)]?.entry.at ?? '';
  for (let i = Math.max(1, countUntil(entries, instantOf, at)); i < entries.length; i += 1) {
    const [before, entry] = [entries[i - 1], entries[i]];
    if (before !== undefined && entry !== undefined && entry.version > before.version + 1) return before.at;
    if (entry === undefined || (next !== '' && entry.at >= next)) break;
  }
  return next;
}

/** The last entry by which it could be read again after a gap; empty: none. */
function lastReadAgain({ entries }: Timeline, { from }: Life, at: string): string {
  const readAgain = entries.filter(
    (entry) =>
      entry.at > from && entry.at <= at && (entry.kind === 'gap-over' || entry.kind === 'flapped') && !isAside(entry),
  );
  return readAgain.at(-1)?.at ?? '';
}
