import type { Exposure } from '../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { findConfirmations } from './confirmations.ts';
import type { Evidence } from './evidence.ts';
import { readInstant } from './read-instant.ts';
import { buildTimeline, type Timeline } from './timeline.ts';

export type StateStatus = 'not-seen-yet' | 'known' | 'unknown' | 'gone';

/** What could reach an instance at an instant, and how sure that is. */
export interface StateAt {
  at: string;
  status: StateStatus;
  /** In force at `at`; `null`: there is none yet, or none any more. */
  entry: HistoryEntry | null;
  /** The entry whose rules were in force, or (`unknown`) were when it was last read; `null`: none. */
  snapshot: HistoryEntry | null;
  /** Of those rules; nothing where it was gone or not seen yet. `null`: not known at all (never read, or its snapshot has expired). */
  exposure: Exposure | null;
  /** When this state was first read: `changedBefore` of the snapshot, or of the entry that says it is gone. */
  since: string | null;
  /** The start of the window in which it became so; `null`: nobody knows. */
  notBefore: string | null;
  /** `at` lies in the window of these next changes, soonest first (more than one only within a scan): it may have been so already. */
  either: OtherState[];
  /** Set exactly where `status` is `unknown`. */
  gap: Gap | null;
  /** When this state was last confirmed, at or before `at`: the start of a scan that had ended by then, or the read that found it. */
  confirmedBefore: string | null;
  /** Start of the first scan after `at` that found it still so; `null`: none did before it changed, or none has yet. */
  confirmedAfter: string | null;
  /** Entries of kind `flapped` whose while holds `at`: what they say was opened stood open then, beside `exposure`. */
  transients: HistoryEntry[];
}

/** A state that an instance may already have been in. */
export interface OtherState {
  entry: HistoryEntry;
  /** `unknown`: it was listed for the first time, and could not be read. */
  status: 'known' | 'unknown' | 'gone';
  /** Nothing where it was gone; `null`: not known at all. */
  exposure: Exposure | null;
}

export interface Gap {
  scope: 'instance' | 'region';
  /** Start of the first scan that failed; of what has expired, the instant of the last entry that is left (`null`: none is). */
  since: string | null;
  /** A `FailureReason`, or `expired`: the history of that while was not kept. */
  reason: string;
  /** When it could be read again; `null`: not as far as the evidence goes. */
  until: string | null;
}

/**
 * `at`: ISO-8601 UTC with milliseconds, inside of what the evidence is about. `timeline`: the evidence put in order, made once by whoever
 * asks about many instants.
 */
export function stateAt(evidence: Evidence, at: string, timeline: Timeline = buildTimeline(evidence)): StateAt {
  const reading = readInstant(timeline, at);
  const { status, entry, snapshot } = reading;
  const begin = status === 'gone' ? entry : snapshot;
  return {
    at,
    ...reading,
    since: begin?.changedBefore ?? null,
    notBefore: begin === null ? null : beginOfWindow(timeline, begin),
    ...findConfirmations(evidence, timeline, reading, at),
  };
}

function beginOfWindow({ changes }: Timeline, { at, changedAfter }: HistoryEntry): string | null {
  if (changedAfter === null) return null;
  return changes.find(({ entry }) => entry.at === at)?.after || null;
}
