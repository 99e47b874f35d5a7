/** Which snapshots begin to expire as soon as an entry is recorded. They stay for `keepHistoryDays` from then on. */
import type { HistoryEntry } from '../../history/entry.ts';
import type { LatestState } from '../../history/latest-state.ts';

/**
 * Instants of the snapshots. None, if the alert of an earlier entry is not sent yet: during an outage longer than `keepHistoryDays` that
 * entry would be lost. A gap supersedes no snapshot: the earlier one stays in force.
 */
export function decideExpiry({ alerted }: Pick<LatestState, 'alerted'>, entry: HistoryEntry): string[] {
  if (alerted < entry.version - 1) return [];
  const supersedes = entry.kind === 'changed' || entry.kind === 'gone';
  return [supersedes ? entry.previousRulesAt : null, entry.replaces?.rulesAt ?? null].filter((at) => at !== null);
}
