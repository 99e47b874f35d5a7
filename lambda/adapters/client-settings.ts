import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/**
 * Timeouts and retries of every AWS client. Credentials, region and endpoints come from the SDK's own variables (`AWS_PROFILE`,
 * `AWS_ENDPOINT_URL_LIGHTSAIL`, …), which also lead tests to the stand-ins.
 *
 * `requestTimeout` alone only logs a warning (@smithy/node-http-handler 4.14); `throwOnRequestTimeout` makes it an error.
 */
export interface ClientTimeouts {
  connectionTimeoutMs: number;
  requestTimeoutMs: number;
  maxAttempts: number;
}

/**
 * Five attempts at a call without an answer end within 31 s. The shortest scan takes one minute, and still has time for other resources.
 */
export const defaultTimeouts: ClientTimeouts = { connectionTimeoutMs: 3_000, requestTimeoutMs: 6_000, maxAttempts: 5 };

export function clientSettings({
  connectionTimeoutMs,
  requestTimeoutMs,
  maxAttempts,
}: ClientTimeouts = defaultTimeouts) {
  const requestHandler: {
    connectionTimeout: number;
    requestTimeout: number;
    throwOnRequestTimeout: boolean;
    httpAgent?: HttpAgent;
    httpsAgent?: HttpsAgent;
  } = { connectionTimeout: connectionTimeoutMs, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true };
  return { maxAttempts, retryStrategy: new RetryEachCall(maxAttempts, ['TRANSIENT', 'THROTTLING']), requestHandler };
}

/** Connections that clients share. */
type ConnectionPool = Required<Pick<ReturnType<typeof clientSettings>['requestHandler'], 'httpAgent' | 'httpsAgent'>>;

/** Maximum number of concurrent connections to one host. It equals the default of the SDK. */
const connectionsToHost = 50;

/**
 * For the clients of many accounts: a connection depends on the host of a service, not on the credentials. Never call `destroy` on a client
 * with shared connections: it closes the connections of the other clients too.
 */
export function openConnectionPool(): ConnectionPool {
  const options = { keepAlive: true, maxSockets: connectionsToHost };
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
}

export function shareConnections<S extends ReturnType<typeof clientSettings>>(settings: S, pool: ConnectionPool): S {
  return { ...settings, requestHandler: { ...settings.requestHandler, ...pool } };
}

/** The SDK's classes of errors that are worth another attempt. */
type RetriedError = 'TRANSIENT' | 'THROTTLING';

/**
 * The SDK's standard retries, without its budget. The budget belongs to the client, and a warm function keeps its clients: after a scan
 * with many failures, no call of the next scan would be repeated. The waiting time is random, below a limit that doubles each time.
 */
export class RetryEachCall {
  readonly mode = 'standard';
  readonly #maxAttempts: number;
  readonly #retried: ReadonlySet<string>;

  constructor(maxAttempts: number, retried: readonly RetriedError[]) {
    this.#maxAttempts = maxAttempts;
    this.#retried = new Set(retried);
  }

  async acquireInitialRetryToken() {
    return retryToken(0, 0);
  }

  /** Returns when the next attempt may start; the SDK then waits for it. Throws if the call has failed for good. */
  async refreshRetryTokenForRetry(token: { getRetryCount(): number }, { errorType }: { errorType: string }) {
    const attempts = token.getRetryCount() + 1;
    if (attempts >= this.#maxAttempts || !this.#retried.has(errorType)) throw new Error('no further attempt');
    const firstMs = errorType === 'THROTTLING' ? 1_000 : 50;
    return retryToken(attempts, Math.random() * Math.min(20_000, firstMs * 2 ** (attempts - 1)));
  }

  recordSuccess(): void {}
}

function retryToken(count: number, delayMs: number) {
  return { getRetryCount: () => count, getRetryDelay: () => delayMs };
}

interface Client {
  middlewareStack: { remove(name: string): boolean };
}

/**
 * Removes the SDK's log of calls from a client, and returns the client. Even without a logger the SDK (@smithy/core of November 2026)
 * copies every answer for the log, value by value: 13 of the 17 ms of CPU time of a Query of 165 latest states.
 */
export function withoutCallLog<C extends Client>(client: C): C {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
