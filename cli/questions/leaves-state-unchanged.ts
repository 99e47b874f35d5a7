import type { HistoryEntry } from '../../lambda/history/entry.ts';

/** True for a transient change that did not end a gap: it leaves the state unchanged. */
export function leavesStateUnchanged({ kind, failure }: HistoryEntry): boolean {
  return kind === 'flapped' && failure === null;
}
