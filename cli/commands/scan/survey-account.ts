import { clientSettings } from '../../../lambda/adapters/client-settings.ts';
import { LightsailReader } from '../../../lambda/adapters/lightsail-reader.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import { identify } from '../../aws/caller-identity.ts';
import { withClient } from '../../aws/with-client.ts';
import { chooseRegions } from './choose-regions.ts';
import { readAndRateFleet, type Survey, type SurveyProgress } from './read-and-rate-fleet.ts';

export interface AccountSurvey extends Survey {
  account: string;
  /** `null`: the SDK chose the profile from its environment variables. */
  profile: string | null;
  callerArn: string;
  scannedAt: string;
}

interface AccountQuestion {
  /** Called before Lightsail is read; throws ClockError if the clock of this machine is wrong. */
  checkClock: (offsetMs: number) => void;
  /** The present time by the clock of AWS, in ms since the epoch. */
  now: () => number;
  profile: string | null;
  /** The regions to read. An empty list means every region that Lightsail has. */
  regions: readonly string[];
  signal: AbortSignal;
  onProgress: (progress: SurveyProgress) => void;
}

/** Throttled requests are repeated for at most this time. An instance that was not read in this time is reported as not read. */
const longestReadMs = 300_000;

/** Throws CommandError if the caller cannot be identified, the clock is wrong, or the regions cannot be listed or do not exist. */
export async function surveyAccount(question: AccountQuestion): Promise<AccountSurvey> {
  const { profile, regions, signal, onProgress } = question;
  const { account, arn, homeRegion, credentials, clockOffsetMs } = await identify(profile, signal);
  question.checkClock(clockOffsetMs);
  const config = { ...clientSettings(), ...(profile !== null && { profile }), credentials };
  return withClient(new LightsailReader(homeRegion, config), async (reader) => {
    const scannedAt = toInstant(question.now());
    const readSignal = AbortSignal.any([signal, AbortSignal.timeout(longestReadMs)]);
    const chosen = await chooseRegions(reader, regions, readSignal, signal);
    const survey = await readAndRateFleet(reader, chosen, readSignal, onProgress);
    signal.throwIfAborted();
    return { account, profile, callerArn: arn, scannedAt, ...survey };
  });
}
