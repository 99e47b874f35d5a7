import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/**
 * The limits of an AWS client. The client reads credentials, region and endpoint from the SDK's own variables (`AWS_PROFILE`,
 * `AWS_ENDPOINT_URL_LIGHTSAIL`, …). Tests set these variables to use the stand-ins.
 */
export interface ClientTimeouts {
  connectionTimeoutMs: number;
  requestTimeoutMs: number;
  maxAttempts: number;
}

/** Five attempts without an answer take at most 31 s, so a scan of one minute still has time for other resources. */
export const defaultTimeouts: ClientTimeouts = { connectionTimeoutMs: 3_000, requestTimeoutMs: 6_000, maxAttempts: 5 };

export function clientSettings({
  connectionTimeoutMs,
  requestTimeoutMs,
  maxAttempts,
}: ClientTimeouts = defaultTimeouts) {
  // `requestTimeout` alone only logs a warning (@smithy/node-http-handler 4.14). `throwOnRequestTimeout` turns the timeout into an error.
  const requestHandler: {
    connectionTimeout: number;
    requestTimeout: number;
    throwOnRequestTimeout: boolean;
    httpAgent?: HttpAgent;
    httpsAgent?: HttpsAgent;
  } = { connectionTimeout: connectionTimeoutMs, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true };
  return { maxAttempts, retryStrategy: new RetryEachCall(maxAttempts, ['TRANSIENT', 'THROTTLING']), requestHandler };
}

type ConnectionPool = Required<Pick<ReturnType<typeof clientSettings>['requestHandler'], 'httpAgent' | 'httpsAgent'>>;

/** The maximum number of connections to one host, as in the SDK's own agents. */
const connectionsToHost = 50;

/**
 * The clients of several accounts share connections, because a connection depends on the host, not on the credentials. Never call `destroy`
 * on one of these clients: that would close the connections of all of them.
 */
export function openConnectionPool(): ConnectionPool {
  const options = { keepAlive: true, maxSockets: connectionsToHost };
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
}

export function shareConnections<S extends ReturnType<typeof clientSettings>>(settings: S, pool: ConnectionPool): S {
  return { ...settings, requestHandler: { ...settings.requestHandler, ...pool } };
}

/** The SDK's types of errors that another attempt can correct. */
type RetriedError = 'TRANSIENT' | 'THROTTLING';

/**
 * The SDK's standard retries, without its retry budget. A warm function keeps its clients, and each client has one budget: after a scan
 * with many failures, no call of the next scan would be retried. The waiting time is random, below a limit that doubles each time, up to 20
 * s.
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

  /** The SDK waits for the delay of the returned token. Throws if there is no further attempt. */
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

export interface Client {
  destroy(): void;
  middlewareStack: { remove(name: string): boolean };
}

/**
 * Removes the SDK's log of calls from a client. Even without a logger, the SDK (@smithy/core of November 2026) copies every answer for the
 * log. For a Query of 165 latest states, the copy takes 13 of 17 ms of CPU time.
 */
export function withoutCallLog<C extends Client>(client: C): C {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
