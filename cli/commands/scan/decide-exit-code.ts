import { isAtLeast, type Severity } from '../../../lambda/firewall/index.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { describeUnread } from './describe-unread.ts';
import type { AccountSurvey } from './survey-account.ts';
import type { FailedAccount } from './to-scan-document.ts';

/**
 * If an instance reaches the threshold, the exit code is 1, even if other instances could not be read: the severity that was found is
 * certain.
 */
export function decideExitCode(
  surveys: readonly AccountSurvey[],
  failed: readonly FailedAccount[],
  threshold: Severity | null,
): ExitCode {
  const instances = surveys.flatMap((survey) => survey.instances);
  if (threshold !== null && instances.some(({ severity }) => isAtLeast(severity, threshold))) return exitCodes.found;
  return failed.length > 0 || surveys.some((survey) => describeUnread(survey) !== null)
    ? exitCodes.error
    : exitCodes.fine;
}
