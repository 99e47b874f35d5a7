import { renderCount } from '../../../lambda/alerts/render-count.ts';
import type { Severity } from '../../../lambda/firewall/index.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { renderJson } from '../../json/render-json.ts';
import { ClockError, refuseWrongClock } from '../../refuse-wrong-clock.ts';
import { printError } from '../../text/print-error.ts';
import type { Terminal } from '../../text/terminal.ts';
import { readNow } from '../../time/clock.ts';
import { decideExitCode } from './decide-exit-code.ts';
import { describeUnread } from './describe-unread.ts';
import type { SurveyProgress } from './read-and-rate-fleet.ts';
import { renderSurvey } from './render-survey.ts';
import { type AccountSurvey, surveyAccount } from './survey-account.ts';
import { type FailedAccount, toScanDocument } from './to-scan-document.ts';

interface ScanOptions {
  profile?: string[];
  region?: string[];
  json?: boolean;
  exitCode?: Severity;
}

/**
 * With one profile, throws CommandError if the account cannot be read. With several profiles, reads every account that can be read, and
 * prints the errors of the other accounts at the end.
 */
export async function runScan(options: ScanOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted, endWith } = context;
  const surveys: AccountSurvey[] = [];
  const failed: FailedAccount[] = [];
  const profiles = options.profile ?? [null];
  for (const profile of profiles) {
    const onProgress = (progress: SurveyProgress) => terminal.showProgress(renderProgress(progress, profile));
    terminal.showProgress(`${profile === null ? '' : `${profile}: `}finding the account of these credentials`);
    try {
      // Only the first account checks the clock. After ClockError the command runs again, so a later check could print the first answers
      // twice.
      const checkClock = (offsetMs: number) => {
        if (surveys.length === 0) refuseWrongClock(offsetMs, context);
      };
      const question = { profile, regions: options.region ?? [], signal: interrupted, onProgress };
      const survey = await surveyAccount({ ...question, checkClock, now: () => readNow(context) });
      surveys.push(survey);
      if (!options.json) terminal.out.print(`${renderSurvey(survey, terminal)}\n`);
    } catch (error) {
      // The other accounts have their own credentials, so the scan continues.
      if (!(error instanceof CommandError) || error instanceof ClockError || profiles.length === 1) throw error;
      failed.push({ profile, message: error.message });
    } finally {
      terminal.showProgress(null);
    }
  }
  if (options.json) terminal.out.print(renderJson(toScanDocument(surveys, failed)));
  printFailures(surveys, failed, terminal);
  endWith(decideExitCode(surveys, failed, options.exitCode ?? null));
}

function printFailures(surveys: readonly AccountSurvey[], failed: readonly FailedAccount[], terminal: Terminal): void {
  const sentences = [
    ...failed.map(({ profile, message }) => `${profile ?? 'the default credentials'}: ${message}`),
    ...surveys.map(describeUnread).filter((sentence) => sentence !== null),
  ];
  for (const sentence of sentences) printError(sentence, terminal);
}

function renderProgress(
  { regions, regionsDone, instancesListed, instancesDone }: SurveyProgress,
  profile: string | null,
): string {
  const whose = profile === null ? '' : `${profile}: `;
  return `${whose}listed ${regionsDone} of ${renderCount(regions, 'region')}, read ${instancesDone} of ${renderCount(instancesListed, 'instance')}`;
}
