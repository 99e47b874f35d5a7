import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { type Confirmations, findConfirmations } from './confirmations.ts';
import { decideEntryInForce, type StatusAt } from './decide-entry-in-force.ts';
import type { HistorySlice } from './history-slice.ts';
import { buildTimeline, type Timeline } from './timeline.ts';

export interface StateAt extends StatusAt, Confirmations {
  at: string;
  /** When the state was first read: `changedBefore` of the entry that holds the rules or, if the instance is deleted, of the `gone` entry. */
  since: string | null;
  /** Start of the last scan that confirmed the state before this state; `null`: no such scan. */
  notBefore: string | null;
}

/**
 * `at`: ISO-8601 UTC with milliseconds, inside the slice. `timeline`: the slice as an ordered timeline; a caller with many instants
 * builds it once.
 */
export function stateAt(slice: HistorySlice, at: string, timeline: Timeline = buildTimeline(slice)): StateAt {
  const reading = decideEntryInForce(timeline, at);
  const { status, entry, snapshot } = reading;
  const begin = status === 'gone' ? entry : snapshot;
  return {
    at,
    ...reading,
    since: begin?.changedBefore ?? null,
    notBefore: begin === null ? null : startOfWindow(timeline, begin),
    ...findConfirmations(slice, timeline, reading, at),
  };
}

function startOfWindow({ changes }: Timeline, { at, changedAfter }: HistoryEntry): string | null {
  if (changedAfter === null) return null;
  return changes.find(({ entry }) => entry.at === at)?.after || null;
}
