import type { FailureReason } from '../history/entry.ts';
import { ReadError } from '../scan/roles.ts';

/**
 * Every exception of the GetInstancePortStates page, and what the wire brings besides; docs/lightsail-api.md has a row for each.
 * The names are those of the error answers, so that an error the SDK's model does not know is told apart as well.
 */
const reasonByName: Readonly<Record<string, FailureReason>> = {
  AccessDeniedException: 'access-denied',
  UnauthenticatedException: 'unauthenticated',
  ExpiredTokenException: 'unauthenticated',
  ExpiredToken: 'unauthenticated',
  InvalidSignatureException: 'unauthenticated',
  CredentialsProviderError: 'unauthenticated',
  // What a call to a region that is not enabled for the account answers; it looks like bad credentials, and is not.
  UnrecognizedClientException: 'region-not-enabled',
  AccountSetupInProgressException: 'setup-in-progress',
  RegionSetupInProgressException: 'setup-in-progress',
  NotFoundException: 'not-found',
  ThrottlingException: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestLimitExceeded: 'throttled',
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
]);

/** What a failed call means; the original error is its cause. */
export function toLightsailReadError(error: unknown): ReadError {
  if (error instanceof ReadError) return error;
  const { name, message, code, status } = describe(error);
  const reason = reasonByName[name] ?? byCircumstance(code, status);
  return new ReadError(reason, message.startsWith(name) ? message : `${name}: ${message}`, { cause: error });
}

function byCircumstance(code: string | null, status: number | null): FailureReason {
  if (code === 'ETIMEDOUT') return 'timeout';
  if (code !== null && networkCodes.has(code)) return 'network';
  if (status !== null && status >= 500) return 'service-error';
  return 'unexpected';
}

function describe(error: unknown): { name: string; message: string; code: string | null; status: number | null } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: null, status: null };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { name: error.name, message: error.message, code, status: statusOf(error) };
}

function statusOf(error: Error): number | null {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) return null;
  const metadata = error.$metadata;
  return 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}
