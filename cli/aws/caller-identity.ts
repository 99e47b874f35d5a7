/**
 * The account and the ARN of the caller, from STS (`GetCallerIdentity`, which needs no permission). This call is made first, because
 * Lightsail answers UnrecognizedClientException both for bad credentials and for a region that is not enabled.
 */
import { GetCallerIdentityCommand, STSClient, type STSClientResolvedConfig } from '@aws-sdk/client-sts';
import { type CredentialProblem, credentialProblemOf, failureReasonOf } from '../../lambda/adapters/aws-errors.ts';
import { clientSettings, defaultTimeouts } from '../../lambda/adapters/client-settings.ts';
import { quoteForShell } from '../../lambda/alerts/escape.ts';
import { CommandError } from '../command-error.ts';
import { watchClock } from './aws-clock.ts';
import { explainHost } from './explain-host.ts';

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

type IdentityProblem = CredentialProblem | 'unreachable' | 'unexpected';

/**
 * `profile`: a name in `~/.aws/config`; `null`: the environment variables of the SDK decide. If the credentials do not work, throws
 * CommandError with what to do. Throws the reason of `signal` once it is aborted.
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
    try {
      const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
      if (!Account) throw new Error('GetCallerIdentity answered without an account');
      const { credentials } = client.config;
      return { account: Account, arn: Arn ?? '', homeRegion, credentials, clockOffsetMs: readOffset() };
    } finally {
      client.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message || error.name : String(error);
    throw new CommandError(
      `${(await explainHost(error)) ?? describeProblem(problemOf(error), profile, message)} The AWS SDK says: ${message}`,
      { cause: error },
    );
  }
}

async function resolveHomeRegion(chosen: { profile?: string }): Promise<string> {
  const client = new STSClient(chosen);
  try {
    return await client.config.region();
  } catch (error) {
    if (error instanceof Error && error.message === 'Region is missing') return 'us-east-1';
    throw error;
  } finally {
    client.destroy();
  }
}

function problemOf(error: unknown): IdentityProblem {
  if (!(error instanceof Error)) return 'unexpected';
  const problem = credentialProblemOf(error);
  if (problem !== null) return problem;
  switch (failureReasonOf(error)) {
    case 'network':
    case 'timeout':
      return 'unreachable';
    case 'access-denied':
    // STS is enabled in every region, so an answer of STS with this reason means bad credentials.
    case 'region-not-enabled':
      return 'refused';
    default:
      return 'unexpected';
  }
}

/** `message`: the message of the SDK, which names the command to log in. */
function describeProblem(problem: IdentityProblem, profile: string | null, message: string): string {
  const whose = profile === null ? '' : ` of profile ${profile}`;
  switch (problem) {
    case 'no-credentials':
      return profile === null
        ? 'Found no AWS credentials; expected those that the AWS CLI would use: run `aws configure` or `aws sso login`, set AWS_PROFILE, or give --profile.'
        : `Found no AWS credentials${whose}; expected the profile in ~/.aws/config or ~/.aws/credentials (\`aws configure list-profiles\` lists the names), with credentials that \`aws sts get-caller-identity --profile ${quoteForShell(profile)}\` accepts.`;
    case 'logged-out': {
      const used = profile ?? process.env['AWS_PROFILE'] ?? null;
      const command = /aws.login/.test(message) ? 'aws login' : 'aws sso login';
      const option = used === null ? '' : ` --profile ${quoteForShell(used)}`;
      return `The AWS login${used === null ? '' : ` of profile ${used}`} has ended; log in again with \`${command}${option}\`, then repeat the command.`;
    }
    case 'expired':
      return `The AWS credentials${whose} have expired; sign in again${profile === null ? '' : ` for ${profile}`} (\`aws sso login\`, or however you got them) and repeat the command.`;
    case 'refused':
      return `AWS does not accept the credentials${whose}; expected a valid access key and secret: check them with \`aws sts get-caller-identity\`.`;
    case 'unreachable':
      return 'AWS could not be reached to find the account of these credentials; check the network, and AWS_ENDPOINT_URL if it is set.';
    case 'unexpected':
      return `AWS did not return the account of the credentials${whose}; check them with \`aws sts get-caller-identity\`.`;
  }
}
