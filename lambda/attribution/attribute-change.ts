/** Says who made a change: the calls in its window. */
import type { Firewall } from '../firewall/port-state.ts';
import type { Attribution } from '../history/attribution.ts';
import type { HistoryEntry } from '../history/entry.ts';
import type { Call } from './call.ts';

/**
 * `before`: the firewall before the entry (that of the entry at `rulesBeforeAt(entry)`); `null`: not known, or there was none.
 * `calls`: of whatever instances and times, in any order, copies included. `null`: none of them can have made this change.
 */
export function attributeChange(
  entry: HistoryEntry,
  _before: Firewall | null,
  calls: readonly Call[],
  found: { by: 'event' | 'lookup'; at: string },
): Attribution | null {
  if (entry.kind !== 'changed' || calls.length === 0) return null;
  return { calls: [], fit: 'not-told', foundBy: found.by, foundAt: found.at };
}
