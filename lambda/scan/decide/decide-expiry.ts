/**
 * When an entry is recorded, decides which older snapshots get a date for their deletion. DynamoDB deletes these snapshots after
 * `keepHistoryDays`.
 */
import type { HistoryEntry } from '../../history/entry.ts';
import type { LatestState } from '../../history/latest-state.ts';

/**
 * Returns the instants (`at`) of the entries whose snapshots get a deletion date. Empty if an earlier entry is not alerted yet: its alert
 * needs the snapshot, and an outage can be longer than `keepHistoryDays`. A `gap` entry supersedes no snapshot: the earlier snapshot stays
 * in force.
 */
export function decideExpiry({ alerted }: Pick<LatestState, 'alerted'>, entry: HistoryEntry): string[] {
  if (alerted < entry.version - 1) return [];
  const supersedes = entry.kind === 'changed' || entry.kind === 'gone';
  return [supersedes ? entry.previousRulesAt : null, entry.replaces?.rulesAt ?? null].filter((at) => at !== null);
}
