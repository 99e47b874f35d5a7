import { type ExitCode, exitCodes } from '../../../exit-codes.ts';
import type { Row, RowStatus } from '../row.ts';

/** A failure is certain, even if other checks are unknown. An unknown row can hide a failure, so it has priority over a warning. */
const worstFirst: readonly RowStatus[] = ['failure', 'unknown', 'warning'];

const codes: Readonly<Record<RowStatus, ExitCode>> = {
  failure: exitCodes.found,
  unknown: exitCodes.error,
  warning: exitCodes.found,
  ok: exitCodes.fine,
};

export function worstStatus(rows: readonly Row[]): RowStatus {
  return worstFirst.find((status) => rows.some((row) => row.status === status)) ?? 'ok';
}

export const decideExitCode = (rows: readonly Row[]): ExitCode => codes[worstStatus(rows)];
