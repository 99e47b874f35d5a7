import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import { isAtLeast, type Severity } from '../../../lambda/firewall/index.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { type ExitCode, exitCodes } from '../../exit-codes.ts';
import { renderJson } from '../../json/render-json.ts';
import type { Terminal } from '../../text/terminal.ts';
import { renderSurvey } from './render-survey.ts';
import { type AccountSurvey, surveyAccount } from './survey-account.ts';
import { isUnavailable, type SurveyProgress } from './survey-fleet.ts';
import { type FailedAccount, toScanDocument } from './to-scan-document.ts';

interface ScanOptions {
  profile?: string[];
  region?: string[];
  json?: boolean;
  exitCode?: Severity;
}

/** Throws CommandError if no account could be read. */
export async function runScan(options: ScanOptions, { terminal, interrupted, endWith }: CommandContext): Promise<void> {
  const surveys: AccountSurvey[] = [];
  const failed: FailedAccount[] = [];
  const profiles = options.profile ?? [null];
  for (const profile of profiles) {
    const onProgress = (progress: SurveyProgress) => terminal.showProgress(renderProgress(progress, profile));
    terminal.showProgress(`${profile === null ? '' : `${profile}: `}finding the account of these credentials`);
    try {
      const survey = await surveyAccount({ profile, regions: options.region ?? [], signal: interrupted, onProgress });
      surveys.push(survey);
      if (!options.json) terminal.out.print(`${renderSurvey(survey, terminal)}\n`);
    } catch (error) {
      // The other accounts have their own credentials, so the scan continues.
      if (!(error instanceof CommandError) || profiles.length === 1) throw error;
      failed.push({ profile, message: error.message });
    } finally {
      terminal.showProgress(null);
    }
  }
  if (options.json) terminal.out.print(renderJson(toScanDocument(surveys, failed)));
  printFailures(surveys, failed, terminal);
  endWith(decideExitCode(surveys, failed, options.exitCode ?? null));
}

/** A severity that was found is certain even if other instances could not be read, so 1 has priority over 2. */
function decideExitCode(
  surveys: readonly AccountSurvey[],
  failed: readonly FailedAccount[],
  threshold: Severity | null,
): ExitCode {
  const instances = surveys.flatMap((survey) => survey.instances);
  if (threshold !== null && instances.some(({ severity }) => isAtLeast(severity, threshold))) return exitCodes.found;
  return failed.length > 0 || surveys.some((survey) => describeGap(survey) !== null) ? exitCodes.error : exitCodes.fine;
}

function printFailures(surveys: readonly AccountSurvey[], failed: readonly FailedAccount[], { err }: Terminal): void {
  const sentences = [
    ...failed.map(({ profile, message }) => `${profile ?? 'the default credentials'}: ${message}`),
    ...surveys.map(describeGap).filter((sentence) => sentence !== null),
  ];
  for (const sentence of sentences) err.print(`${err.style('red', 'portwatch:')} ${renderPlain(sentence, 2_000)}`);
}

const allowReading = 'allow lightsail:GetInstances and lightsail:GetInstancePortStates to these credentials';

/** One sentence about the part of the account that could not be read; `null`: everything was read. */
function describeGap(survey: AccountSurvey): string | null {
  const { account, notRead, regionsListed, regionsFailed, regionsUnavailable } = survey;
  const tried = [...regionsFailed, ...regionsUnavailable];
  if (regionsListed.length === 0 && tried.every(isUnavailable)) {
    const names = tried.map(({ region }) => region).join(', ');
    return `account ${account}: no region could be listed (tried ${names}); ${allowReading}, or choose an enabled region.`;
  }
  if (notRead.length + regionsFailed.length === 0) return null;
  const regions = regionsFailed.map(({ region }) => region);
  const missing = [
    ...(notRead.length > 0 ? [renderCount(notRead.length, 'instance')] : []),
    ...(regions.length > 0 ? [`${renderCount(regions.length, 'region')} (${regions.join(', ')})`] : []),
  ];
  const reasons = [...new Set([...notRead, ...regionsFailed].map(({ reason }) => reason))];
  const cure = reasons.includes('access-denied') ? `; ${allowReading}` : '';
  return `account ${account}: ${missing.join(' and ')} could not be read (${reasons.join(', ')}); what is exposed there is not known${cure}.`;
}

function renderProgress(
  { regions, regionsDone, instancesListed, instancesDone }: SurveyProgress,
  profile: string | null,
): string {
  const whose = profile === null ? '' : `${profile}: `;
  return `${whose}listed ${regionsDone} of ${renderCount(regions, 'region')}, read ${instancesDone} of ${renderCount(instancesListed, 'instance')}`;
}
