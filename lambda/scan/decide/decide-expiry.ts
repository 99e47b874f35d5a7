/** Decides which snapshots begin to expire when an entry is recorded. From then on they stay for `keepHistoryDays`. */
import type { HistoryEntry } from '../../history/entry.ts';
import type { LatestState } from '../../history/latest-state.ts';

/**
 * Returns the instants of the snapshots. Empty if an earlier entry is not alerted yet: in an outage longer than `keepHistoryDays`, the
 * alert of that entry would lose the snapshot. A gap supersedes no snapshot, because the earlier snapshot stays in force.
 */
export function decideExpiry({ alerted }: Pick<LatestState, 'alerted'>, entry: HistoryEntry): string[] {
  if (alerted < entry.version - 1) return [];
  const supersedes = entry.kind === 'changed' || entry.kind === 'gone';
  return [supersedes ? entry.previousRulesAt : null, entry.replaces?.rulesAt ?? null].filter((at) => at !== null);
}
