/** Surveys one account: identifies the caller, lists the regions, and reads the exposure of each instance. */
import { clientSettings } from '../../../lambda/adapters/client-settings.ts';
import { LightsailReader } from '../../../lambda/adapters/lightsail-reader.ts';
import { type FirewallReader, ReadError } from '../../../lambda/scan/interfaces.ts';
import { findSimilarNames } from '../../../lib/similar-names.ts';
import { identify } from '../../aws/caller-identity.ts';
import { CommandError } from '../../command-error.ts';
import { type ChosenRegions, type Survey, type SurveyProgress, surveyFleet } from './survey-fleet.ts';

export interface AccountSurvey extends Survey {
  account: string;
  /** `null`: the SDK chose the profile from its environment variables. */
  profile: string | null;
  callerArn: string;
  scannedAt: string;
}

interface AccountQuestion {
  profile: string | null;
  /** Empty: every region that Lightsail has. */
  regions: readonly string[];
  signal: AbortSignal;
  onProgress: (progress: SurveyProgress) => void;
}

/** Throttled requests are repeated for this time. Instances that are not read after it are reported as not read. */
const longestReadMs = 300_000;

/** Throws CommandError if the caller cannot be identified, or the regions cannot be listed. */
export async function surveyAccount({ profile, regions, signal, onProgress }: AccountQuestion): Promise<AccountSurvey> {
  const identity = await identify(profile, signal);
  const { account, arn, homeRegion, credentials } = identity;
  const reader = new LightsailReader(homeRegion, {
    ...clientSettings(),
    ...(profile === null ? {} : { profile }),
    credentials,
  });
  try {
    const scannedAt = new Date().toISOString();
    const readSignal = AbortSignal.any([signal, AbortSignal.timeout(longestReadMs)]);
    const chosen = await chooseRegions(reader, regions, readSignal, signal);
    const survey = await surveyFleet(reader, chosen, readSignal, onProgress);
    signal.throwIfAborted();
    return { account, profile, callerArn: arn, scannedAt, ...survey };
  } finally {
    reader.destroy();
  }
}

/** Checks the names of regions. The host name of a misspelt region does not exist, so its error would look like a network failure. */
async function chooseRegions(
  reader: FirewallReader,
  wanted: readonly string[],
  signal: AbortSignal,
  interrupted: AbortSignal,
): Promise<ChosenRegions> {
  const named = { names: wanted, areNamed: true, hasNameless: false };
  let listed: (string | null)[];
  try {
    listed = await reader.listRegions(signal);
  } catch (error) {
    interrupted.throwIfAborted();
    // If the options name regions, the list is not needed.
    if (wanted.length > 0) return named;
    const why = error instanceof ReadError ? error.message : String(error);
    const cure = 'allow lightsail:GetRegions to these credentials, or name the regions with --region.';
    throw new CommandError(`Lightsail did not list its regions; ${cure} The AWS SDK says: ${why}`, { cause: error });
  }
  const known = listed.filter((region) => region !== null);
  const unknown = wanted.filter((region) => !known.includes(region));
  const hasNameless = known.length < listed.length;
  if (!hasNameless && unknown.length > 0) {
    const near = [...new Set(unknown.flatMap((region) => findSimilarNames(region, known).slice(0, 1)))];
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? It has` : 'expected one of';
    throw new CommandError(`Lightsail has no region ${unknown.join(', ')}; ${hint} ${known.toSorted().join(', ')}.`);
  }
  return wanted.length > 0 ? named : { names: known, areNamed: false, hasNameless };
}
