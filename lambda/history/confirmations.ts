/** Decides when the state of an instant was last confirmed before it, and first confirmed after it. */
import type { Subject } from './entry.ts';
import type { Evidence, ScanNote } from './evidence.ts';
import type { InstantReading } from './read-instant.ts';
import type { StateAt } from './state-at.ts';
import { countUntil, isAside, type Timeline } from './timeline.ts';

export type Confirmations = Pick<StateAt, 'confirmedBefore' | 'confirmedAfter'>;

/** A scan that was under way at `at` counts for neither: what it read was read before, or after. */
export function findConfirmations(
  { subject, scans }: Evidence,
  timeline: Timeline,
  reading: InstantReading,
  at: string,
): Confirmations {
  const life = lifeOf(timeline, reading, at);
  if (life === null) return { confirmedBefore: null, confirmedAfter: null };
  const confirming = scans.filter((scan) => isWithin(scan, life) && confirms(scan, subject));
  const before = confirming.filter(({ endedAt }) => endedAt <= at).map(({ startedAt }) => startedAt);
  const after = confirming.filter(({ startedAt }) => startedAt > at).map(({ startedAt }) => startedAt);
  const reads = [life.from, lastReadAgain(timeline, life, at)].filter((read) => read !== '');
  return { confirmedBefore: [...before, ...reads].sort().at(-1) ?? null, confirmedAfter: after.sort()[0] ?? null };
}

/** Did the scan read the instance, or find that it is not there? */
export function confirms(
  { regionsListed, notRead }: Pick<ScanNote, 'regionsListed' | 'notRead'>,
  { region, instanceName }: Subject,
): boolean {
  return regionsListed.includes(region) && !notRead.includes(`${region}#${instanceName ?? ''}`);
}

/** From the entry that began the state to the one that ended it; empty: from ever, or for ever. Gaps only interrupt it. */
interface Life {
  from: string;
  until: string;
}

/** `null`: a state of which nothing is known can't be confirmed. */
function lifeOf({ changes }: Timeline, { entry, snapshot, exposure, gap }: InstantReading, at: string): Life | null {
  if (exposure === null || gap?.reason === 'expired') return null;
  const until = changes[countUntil(changes, (change) => change.entry.at, at)]?.entry.at ?? '';
  return { from: (snapshot ?? entry)?.at ?? '', until };
}

function isWithin({ startedAt, endedAt }: ScanNote, { from, until }: Life): boolean {
  return startedAt > from && (until === '' || endedAt < until);
}

/** The last entry by which it could be read again after a gap; empty: none. */
function lastReadAgain({ entries }: Timeline, { from }: Life, at: string): string {
  const readAgain = entries.filter(
    (entry) =>
      entry.at > from && entry.at <= at && (entry.kind === 'gap-over' || entry.kind === 'flapped') && !isAside(entry),
  );
  return readAgain.at(-1)?.at ?? '';
}
