import type { Agent } from 'node:https';

/**
 * How every AWS client of the product waits and retries. Credentials, region and endpoints are left to the SDK's own variables
 * (`AWS_PROFILE`, `AWS_ENDPOINT_URL_LIGHTSAIL`, …): that is also how tests reach the emulators.
 *
 * `requestTimeout` alone only logs a warning (@smithy/node-http-handler 4.14); `throwOnRequestTimeout` makes it an error.
 */
export interface ClientTimeouts {
  connectionTimeoutMs: number;
  requestTimeoutMs: number;
  maxAttempts: number;
}

export const defaultTimeouts: ClientTimeouts = { connectionTimeoutMs: 3_000, requestTimeoutMs: 10_000, maxAttempts: 5 };

export function clientSettings({
  connectionTimeoutMs,
  requestTimeoutMs,
  maxAttempts,
}: ClientTimeouts = defaultTimeouts) {
  const requestHandler: {
    connectionTimeout: number;
    requestTimeout: number;
    throwOnRequestTimeout: boolean;
    httpsAgent?: Agent;
  } = { connectionTimeout: connectionTimeoutMs, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true };
  return { maxAttempts, retryMode: 'standard' as const, requestHandler };
}
