/**
 * Decides what an error of an AWS call means, for every service. Names, codes and HTTP statuses are compared, not the classes of the SDK,
 * because the SDK does not know every error. docs/lightsail-api.md has a row for each error of Lightsail.
 */
import type { FailureReason } from '../history/entry.ts';
import { ReadError } from '../history/read-errors.ts';

export type CredentialProblem = 'no-credentials' | 'expired' | 'logged-out' | 'refused';

const credentialProblems: Readonly<Record<string, CredentialProblem>> = {
  CredentialsProviderError: 'no-credentials',
  TokenProviderError: 'no-credentials',
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  RequestExpired: 'expired',
  UnauthenticatedException: 'refused',
  InvalidClientTokenId: 'refused',
  SignatureDoesNotMatch: 'refused',
  InvalidSignatureException: 'refused',
  IncompleteSignature: 'refused',
};

const reasons: Readonly<Record<string, FailureReason>> = {
  AccessDenied: 'access-denied',
  AccessDeniedException: 'access-denied',
  // The answer in a region that is not enabled. Bad credentials get the same answer (see cli/aws/caller-identity.ts).
  UnrecognizedClientException: 'region-not-enabled',
  AccountSetupInProgressException: 'setup-in-progress',
  RegionSetupInProgressException: 'setup-in-progress',
  NotFoundException: 'not-found',
  ParentNotFoundException: 'not-found',
  AWSOrganizationsNotInUseException: 'not-found',
  RegionDisabledException: 'region-not-enabled',
  Throttling: 'throttled',
  ThrottledException: 'throttled',
  ThrottlingException: 'throttled',
  RequestThrottled: 'throttled',
  RequestThrottledException: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequestsException: 'throttled',
  ServiceException: 'service-error',
  OperationFailureException: 'service-error',
  InvalidInputException: 'service-error',
  SyntaxError: 'invalid-answer',
  TimeoutError: 'timeout',
  RequestTimeout: 'timeout',
  AbortError: 'out-of-time',
};

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
]);

export function toAwsReadError(error: unknown): ReadError {
  if (error instanceof ReadError) return error;
  const name = textOf(error, 'name') ?? 'Error';
  const message = textOf(error, 'message') ?? String(error);
  return new ReadError(failureReasonOf(error), message.startsWith(name) ? message : `${name}: ${message}`, {
    cause: error,
  });
}

export function failureReasonOf(error: unknown): FailureReason {
  const name = textOf(error, 'name') ?? 'Error';
  const code = textOf(error, 'code');
  const status = statusOf(error);
  // A gateway can answer HTTP 502 with a page of HTML. The SDK reports a SyntaxError, although the service failed.
  if (name === 'SyntaxError' && status !== null && status >= 500) return 'service-error';
  if (status === 429) return 'throttled';
  // NodeHttpHandler names the error of a reset connection TimeoutError, so the correct `code` is checked before the name.
  if (code !== null && networkCodes.has(code)) return 'network';
  if (Object.hasOwn(credentialProblems, name)) return 'unauthenticated';
  const reason = Object.hasOwn(reasons, name) ? reasons[name] : undefined;
  if (reason !== undefined) return reason;
  if (code === 'ETIMEDOUT') return 'timeout';
  if (status !== null && status >= 500) return 'service-error';
  return 'unexpected';
}

/**
 * `null`: the error is not about credentials. Also `null` for UnrecognizedClientException, which has two possible causes: bad credentials,
 * or a region that is not enabled.
 */
export function credentialProblemOf(error: unknown): CredentialProblem | null {
  const name = textOf(error, 'name') ?? '';
  const problem = Object.hasOwn(credentialProblems, name) ? (credentialProblems[name] ?? null) : null;
  if (problem !== 'no-credentials') return problem;
  // The SDK gives errors of many causes the same name. Only the message shows if a login has ended or a profile does not exist.
  const message = textOf(error, 'message') ?? '';
  // Without a valid login, the message of the SDK names `aws sso login`, `aws login`, a file in ~/.aws/login, or UnauthorizedException.
  if (/aws.(sso )?login|UnauthorizedException/.test(message)) return 'logged-out';
  return /expired/i.test(message) ? 'expired' : problem;
}

function textOf(error: unknown, field: 'name' | 'message' | 'code'): string | null {
  const value = fieldOf(error, field);
  return typeof value === 'string' ? value : null;
}

function statusOf(error: unknown): number | null {
  const status = fieldOf(fieldOf(error, '$metadata'), 'httpStatusCode');
  return typeof status === 'number' ? status : null;
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}
