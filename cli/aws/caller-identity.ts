/**
 * The account and the ARN of the caller, from STS (`GetCallerIdentity`, which needs no permission). It is called first, because
 * Lightsail answers UnrecognizedClientException both for bad credentials and for a region that is not enabled.
 */
import { GetCallerIdentityCommand, STSClient, type STSClientResolvedConfig } from '@aws-sdk/client-sts';
import { type CredentialProblem, credentialProblemOf, failureReasonOf } from '../../lambda/adapters/aws-errors.ts';
import { clientSettings, defaultTimeouts } from '../../lambda/adapters/client-settings.ts';

export interface CallerIdentity {
  account: string;
  arn: string;
  /** `AWS_REGION`, or the profile's region, or us-east-1. */
  homeRegion: string;
  /** For the other clients, so that a `credential_process` or a role provides credentials once, and not once a region. */
  credentials: STSClientResolvedConfig['credentials'];
}

export type IdentityProblem = CredentialProblem | 'unreachable' | 'unexpected';

/** The caller could not be identified. `message` is the SDK's own: text from outside. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly problem: IdentityProblem;

  constructor(problem: IdentityProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/**
 * `profile`: a name in `~/.aws/config`; `null`: the SDK's own variables decide. Throws IdentityError, or the reason of `signal` once it
 * is aborted.
 */
export async function loadCallerIdentity(profile: string | null, signal: AbortSignal): Promise<CallerIdentity> {
  const chosen = profile === null ? {} : { profile };
  try {
    const homeRegion = await resolveHomeRegion(chosen);
    const client = new STSClient({
      ...clientSettings({ ...defaultTimeouts, maxAttempts: 3 }),
      ...chosen,
      region: homeRegion,
    });
    try {
      const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
      if (!Account) throw new IdentityError('unexpected', 'GetCallerIdentity answered without an account');
      return { account: Account, arn: Arn ?? '', homeRegion, credentials: client.config.credentials };
    } finally {
      client.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw toIdentityError(error);
  }
}

/** By the SDK's own rules; us-east-1 if no region is set. */
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

function toIdentityError(error: unknown): IdentityError {
  if (error instanceof IdentityError) return error;
  if (!(error instanceof Error)) return new IdentityError('unexpected', String(error), { cause: error });
  const message = error.message === '' ? error.name : error.message;
  return new IdentityError(problemOf(error), message, { cause: error });
}

function problemOf(error: Error): IdentityProblem {
  const problem = credentialProblemOf(error);
  if (problem !== null) return problem;
  switch (failureReasonOf(error)) {
    case 'network':
    case 'timeout':
      return 'unreachable';
    case 'access-denied':
    // STS is enabled in every region: here this answer means bad credentials.
    case 'region-not-enabled':
      return 'refused';
    default:
      return 'unexpected';
  }
}
