/** The exit code and the status of the whole answer of `portwatch doctor`. */
import { type ExitCode, exitCodes } from '../../../exit-codes.ts';
import type { Row, RowStatus } from '../row.ts';

/** A failure is certain, even if other checks are unknown. An unknown row may hide a failure, so it has priority over a warning. */
export function decideExitCode(rows: readonly Row[]): ExitCode {
  if (rows.some(({ status }) => status === 'failure')) return exitCodes.found;
  if (rows.some(({ status }) => status === 'unknown')) return exitCodes.error;
  return rows.some(({ status }) => status === 'warning') ? exitCodes.found : exitCodes.fine;
}

/** The status of the whole answer, in the order of the exit codes. */
export function worstStatus(rows: readonly Row[]): RowStatus {
  const order: RowStatus[] = ['failure', 'unknown', 'warning'];
  return order.find((status) => rows.some((row) => row.status === status)) ?? 'ok';
}
