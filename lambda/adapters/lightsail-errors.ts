import type { FailureReason } from '../history/entry.ts';
import { ReadError } from '../scan/interfaces.ts';

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
  'ERR_STREAM_DESTROYED',
]);

/** What a failed call means; the original error is its cause. */
export function toLightsailReadError(error: unknown): ReadError {
  if (error instanceof ReadError) return error;
  const name = textOf(error, 'name') ?? 'Error';
  const message = textOf(error, 'message') ?? String(error);
  const reason = reasonOf(name, textOf(error, 'code'), statusOf(error));
  return new ReadError(reason, message.startsWith(name) ? message : `${name}: ${message}`, { cause: error });
}

function reasonOf(name: string, code: string | null, status: number | null): FailureReason {
  // A gateway's HTML under a 502 fails as a SyntaxError: what failed is the service.
  if (name === 'SyntaxError' && status !== null && status >= 500) return 'service-error';
  // NodeHttpHandler calls a reset connection a TimeoutError: the code tells what it was.
  if (code !== null && networkCodes.has(code)) return 'network';
  const byName = Object.hasOwn(reasonByName, name) ? reasonByName[name] : undefined;
  if (byName !== undefined) return byName;
  if (code === 'ETIMEDOUT') return 'timeout';
  if (status !== null && status >= 500) return 'service-error';
  return 'unexpected';
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
