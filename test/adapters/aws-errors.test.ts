import { describe, expect, test } from '@jest/globals';
import { credentialProblemOf, failureReasonOf, toAwsReadError } from '../../lambda/adapters/aws-errors.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';

const http = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

describe('the reason of a failed call', () => {
  test.each([
    [{ name: 'AccessDeniedException' }, 'access-denied'],
    [{ name: 'ExpiredToken' }, 'unauthenticated'],
    [{ name: 'UnrecognizedClientException' }, 'region-not-enabled'],
    [{ name: 'TooManyRequestsException' }, 'throttled'],
    [{ name: 'NotFoundException' }, 'not-found'],
    [{ name: 'TimeoutError' }, 'timeout'],
    [{ name: 'Error', code: 'ETIMEDOUT' }, 'timeout'],
    [{ name: 'TimeoutError', code: 'ECONNRESET' }, 'network'],
    [{ name: 'AbortError' }, 'out-of-time'],
    [{ name: 'Throttling' }, 'throttled'],
    [{ name: 'SyntaxError', $metadata: { httpStatusCode: 429 } }, 'throttled'],
    [{ name: 'SyntaxError', ...http(200) }, 'invalid-answer'],
    [{ name: 'SyntaxError', ...http(502) }, 'service-error'],
    [{ name: 'OfTomorrow', ...http(500) }, 'service-error'],
    [{ name: 'OfTomorrow', ...http(400) }, 'unexpected'],
    [{ name: 'SyntaxError', ...http(500) }, 'service-error'],
    [{ name: 'SyntaxError' }, 'invalid-answer'],
    [{ name: 'ThrottlingException', ...http(503) }, 'throttled'],
    [{ name: 'OfTomorrow', ...http(499) }, 'unexpected'],
    [{ name: 'OfTomorrow', $metadata: { httpStatusCode: '502' } }, 'unexpected'],
    [{ name: 7, code: 8 }, 'unexpected'],
    [{ name: 'toString' }, 'unexpected'],
    ['a text', 'unexpected'],
    [null, 'unexpected'],
  ])('%j: %s', (error, reason) => {
    expect(failureReasonOf(error)).toBe(reason);
  });

  test('the error names the service’s own error once, and keeps it as its cause', () => {
    const cause = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    expect(toAwsReadError(cause)).toMatchObject({
      reason: 'access-denied',
      message: 'AccessDeniedException: no',
      cause,
    });
    const named = Object.assign(new Error('TimeoutError after 3 s'), { name: 'TimeoutError' });
    expect(toAwsReadError(named).message).toBe('TimeoutError after 3 s');
    expect(toAwsReadError({ name: 7, message: 8 }).message).toBe('Error: [object Object]');
    expect(toAwsReadError('a text').message).toBe('Error: a text');
    const own = new ReadError('not-found', 'gone');
    expect(toAwsReadError(own)).toBe(own);
  });
});

test.each([
  [{ name: 'CredentialsProviderError', message: 'Could not load credentials' }, 'no-credentials'],
  [{ name: 'TokenProviderError', message: 'The SSO session has expired' }, 'expired'],
  [{ name: 'TokenProviderError', message: 'Token is expired. To refresh run `aws sso login`.' }, 'logged-out'],
  [{ name: 'CredentialsProviderError', message: 'x is invalid. To refresh it run aws sso login' }, 'logged-out'],
  [
    { name: 'CredentialsProviderError', message: 'Failed to load a token, re-authenticate using aws login' },
    'logged-out',
  ],
  [
    { name: 'CredentialsProviderError', message: 'Failed to load token from /home/a/.aws/login/cache/1.json' },
    'logged-out',
  ],
  [{ name: 'CredentialsProviderError', message: 'UnauthorizedException: Session token not found' }, 'logged-out'],
  [{ name: 'ExpiredToken' }, 'expired'],
  [{ name: 'SignatureDoesNotMatch' }, 'refused'],
  [{ name: 'ExpiredToken', message: 'run aws sso login' }, 'expired'],
  [{ name: 'SignatureDoesNotMatch', message: 'Signature expired' }, 'refused'],
  [{ name: 'ThrottlingException' }, null],
  [null, null],
])('the problem with the credentials of %j: %s', (error, problem) => {
  expect(credentialProblemOf(error)).toBe(problem);
});
