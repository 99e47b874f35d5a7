/** Decides the exit code of `portwatch scan --deployed`. */
import { isAtLeast, type Severity } from '../../../lambda/firewall/index.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import type { ScanOutcome } from './scan-outcome.ts';

/** A severity that was found is certain even if other instances could not be read, so 1 has priority over 2. */
export function decideExitCode({ result, changes }: ScanOutcome, threshold: Severity | null): ExitCode {
  if (threshold !== null && changes.some(({ severity }) => isAtLeast(severity, threshold))) return exitCodes.found;
  if (result.accountsQueued !== undefined) return exitCodes.fine;
  const isWhole = !result.skipped && result.complete && result.instancesRead === result.instancesListed;
  return isWhole ? exitCodes.fine : exitCodes.error;
}
