/**
 * Whose credentials these are, asked of STS (`GetCallerIdentity`, which needs no permission). Asked before anything else, so that
 * wrong credentials are told apart from a region that is not enabled: Lightsail answers both with UnrecognizedClientException.
 */
import { GetCallerIdentityCommand, STSClient, type STSClientResolvedConfig } from '@aws-sdk/client-sts';
import { clientSettings, defaultTimeouts } from '../../lambda/adapters/client-settings.ts';

export interface CallerIdentity {
  account: string;
  arn: string;
  /** `AWS_REGION`, or the profile's region, or us-east-1. */
  homeRegion: string;
  /** What the other clients use, so that a `credential_process` or a role is asked once and not once a region. */
  credentials: STSClientResolvedConfig['credentials'];
}

export const identityProblems = ['no-credentials', 'expired', 'refused', 'unreachable', 'unexpected'] as const;

export type IdentityProblem = (typeof identityProblems)[number];

/** The caller is not known. `message` is the SDK's own; text from outside. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly problem: IdentityProblem;

  constructor(problem: IdentityProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/**
 * `profile`: a name of `~/.aws/config`; `null` leaves the choice to the SDK's own variables. Throws IdentityError; what `signal`
 * gives as its reason where it was aborted.
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

/** The SDK's own rules; only "none is set" is answered here. */
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

const problemByName: Readonly<Record<string, IdentityProblem>> = {
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  RequestExpired: 'expired',
  InvalidClientTokenId: 'refused',
  SignatureDoesNotMatch: 'refused',
  InvalidSignatureException: 'refused',
  IncompleteSignature: 'refused',
  UnrecognizedClientException: 'refused',
  AccessDenied: 'refused',
  AccessDeniedException: 'refused',
  TimeoutError: 'unreachable',
};

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);

function toIdentityError(error: unknown): IdentityError {
  if (error instanceof IdentityError) return error;
  if (!(error instanceof Error)) return new IdentityError('unexpected', String(error), { cause: error });
  const message = error.message === '' ? error.name : error.message;
  return new IdentityError(problemOf(error), message, { cause: error });
}

function problemOf(error: Error): IdentityProblem {
  const known = problemByName[error.name];
  if (known !== undefined) return known;
  // The providers' errors have no codes; an SSO session that ran out says so in words only.
  if (/^(Credentials|Token)ProviderError$/.test(error.name))
    return /expired/i.test(error.message) ? 'expired' : 'no-credentials';
  return 'code' in error && typeof error.code === 'string' && networkCodes.has(error.code)
    ? 'unreachable'
    : 'unexpected';
}
