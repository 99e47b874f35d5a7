import type { ScanSettings } from '../../contract/settings-schema.ts';
import type { InstanceFacts } from '../../history/entry.ts';
import type { LatestState, OngoingFailure, StateCommit } from '../../history/latest-state.ts';
import type { ScanNote } from '../../history/scan-note.ts';

/** What to write about one resource. */
export type Decision =
  | { kind: 'nothing' }
  /**
   * A failure starts to be counted, or ends before an alert was due (`seenAt`: the start of this scan); or the instance is listed with other
   * addresses (`instance`; left out: the stored facts stay). Only the latest state changes; the history gets no entry.
   */
  | { kind: 'mark'; failure: OngoingFailure | null; seenAt: string | null; instance?: InstanceFacts }
  /** A latest state for a resource that could not be read yet and has no history. */
  | { kind: 'create'; latest: LatestState }
  /** `expected`: the version that the latest state must have; `null`: there must be no latest state. */
  | { kind: 'commit'; commit: StateCommit; expected: number | null };

export const nothing: Decision = { kind: 'nothing' };

/** The data that a decision depends on, in addition to the observation and the stored data. `Run` has these fields. */
export interface DecisionContext {
  startedAt: string;
  grant: { scanNumber: number; lastScan: Omit<ScanNote, 'endedAt'> | null };
  settings: ScanSettings;
  newId: () => string;
}
