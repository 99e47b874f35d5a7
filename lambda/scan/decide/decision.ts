import type { ScanSettings } from '../../contract/settings-schema.ts';
import type { InstanceFacts } from '../../history/entry.ts';
import type { LatestState, OngoingFailure, StateCommit } from '../../history/latest-state.ts';
import type { ScanNote } from '../../history/scan-note.ts';

/** The change of the stored data of one resource. */
export type Decision =
  | { kind: 'nothing' }
  /**
   * Updates the latest state and writes no entry: a failure begins, a failure ends before its alert was due, or a listed fact has changed.
   * `instance`: the listed facts; left out: the stored facts stay.
   */
  | { kind: 'mark'; failure: OngoingFailure | null; seenAt: string | null; instance?: InstanceFacts }
  /** Creates the latest state of a resource whose first read or listing failed. */
  | { kind: 'create'; latest: LatestState }
  /** `expected`: the version that the latest state must have; `null`: there must be no latest state. */
  | { kind: 'commit'; commit: StateCommit; expected: number | null };

export const nothing: Decision = { kind: 'nothing' };

/** The part of a `Run` that decisions use. */
export interface DecisionContext {
  startedAt: string;
  grant: { scanNumber: number; lastScan: Omit<ScanNote, 'endedAt'> | null };
  settings: ScanSettings;
  newId: () => string;
}
