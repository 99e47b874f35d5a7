import type { HistoryEntry } from '../../lambda/history/entry.ts';

/** True for a transient change, which leaves the state unchanged; false if the entry also ended a gap. */
export function isAside({ kind, failure }: HistoryEntry): boolean {
  return kind === 'flapped' && failure === null;
}
