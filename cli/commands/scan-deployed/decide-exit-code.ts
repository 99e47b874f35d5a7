import { isAtLeast, type Severity } from '../../../lambda/firewall/index.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import type { ScanOutcome } from './scan-outcome.ts';

/** If a recorded change reaches the threshold, the exit code is 1, even if other instances could not be read: the change is certain. */
export function decideExitCode(outcome: ScanOutcome, threshold: Severity | null): ExitCode {
  const { result, changes } = outcome;
  if (threshold !== null && changes.some(({ severity }) => isAtLeast(severity, threshold))) return exitCodes.found;
  if (result.accountsQueued !== undefined) return exitCodes.fine;
  return !result.skipped && isWhole(outcome) ? exitCodes.fine : exitCodes.error;
}

/** True if everything was read, and the answer has all changes that the scan recorded. */
export function isWhole({ result, scan, changes }: ScanOutcome): boolean {
  const isRead = result.complete && result.instancesRead === result.instancesListed;
  return isRead && scan !== null && changes.length >= scan.changes;
}
