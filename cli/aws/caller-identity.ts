/**
 * The account and the ARN of the caller, from STS (`GetCallerIdentity`, which needs no permission). STS is called first, because Lightsail
 * answers UnrecognizedClientException both for bad credentials and for a region that is not enabled.
 */
import { GetCallerIdentityCommand, STSClient, type STSClientResolvedConfig } from '@aws-sdk/client-sts';
import { clientSettings, defaultTimeouts } from '../../lambda/adapters/client-settings.ts';
import { CommandError } from '../command-error.ts';
import { watchClock } from './aws-clock.ts';
import { explainCredentials } from './explain-credentials.ts';
import { explainHost } from './explain-host.ts';
import { resolveHomeRegion } from './home-region.ts';
import { withClient } from './with-client.ts';

export interface CallerIdentity {
  account: string;
  arn: string;
  /** `AWS_REGION`, or the profile's region, or us-east-1. */
  homeRegion: string;
  /** All clients share these credentials: a `credential_process` or a role then provides them once, and not once for each region. */
  credentials: STSClientResolvedConfig['credentials'];
  /** The time of AWS minus the time of this machine, in ms. */
  clockOffsetMs: number;
}

/**
 * `profile`: a name in `~/.aws/config`; `null`: the environment variables of the SDK decide. If STS does not return the account, throws
 * CommandError with what to do. After an abort, throws the reason of `signal`.
 */
export async function identify(profile: string | null, signal: AbortSignal): Promise<CallerIdentity> {
  const chosen = profile === null ? {} : { profile };
  try {
    const homeRegion = await resolveHomeRegion(chosen);
    const client = new STSClient({
      ...clientSettings({ ...defaultTimeouts, maxAttempts: 3 }),
      ...chosen,
      region: homeRegion,
    });
    const readOffset = watchClock(client);
    return await withClient(client, async () => {
      const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
      if (!Account) throw new Error('GetCallerIdentity answered without an account');
      const { credentials } = client.config;
      return { account: Account, arn: Arn ?? '', homeRegion, credentials, clockOffsetMs: readOffset() };
    });
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message || error.name : String(error);
    const sentence = (await explainHost(error)) ?? explainCredentials(error, profile, message);
    throw new CommandError(`${sentence} The AWS SDK says: ${message}`, { cause: error });
  }
}
