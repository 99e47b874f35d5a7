import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientSettings } from './client-settings.ts';
import { describeError } from './describe-error.ts';

interface ParameterReaderOptions {
  /** How long a value is kept. Default: 5 minutes, so that a rotated secret is soon used, and SSM is seldom called. */
  cacheMs?: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The value of the parameter is a secret, so no error contains the value. */
export class ParameterReader {
  readonly #client: SSMClient;
  readonly #options: Required<ParameterReaderOptions>;
  readonly #cache = new Map<string, { value: string; until: number }>();

  constructor(client: SSMClient, { cacheMs = 300_000, now }: ParameterReaderOptions) {
    this.#client = client;
    this.#options = { cacheMs, now };
  }

  /** Throws an Error with the parameter's name and a remedy. */
  async load(name: string): Promise<string> {
    const now = this.#options.now();
    const known = this.#cache.get(name);
    if (known !== undefined && now < known.until) return known.value;
    const value = await this.#read(name);
    this.#cache.set(name, { value, until: now + this.#options.cacheMs });
    return value;
  }

  forget(name: string): void {
    this.#cache.delete(name);
  }

  async #read(name: string): Promise<string> {
    let value: string | undefined;
    try {
      const { Parameter } = await this.#client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
      value = Parameter?.Value;
    } catch (cause) {
      const why = describeError(cause);
      throw new Error(`The SSM parameter ${name} can not be read (${why}). ${adviceFor(cause)}`, { cause });
    }
    if (value === undefined || value.trim() === '')
      throw new Error(`The SSM parameter ${name} is empty. ${createAdvice}`);
    return value.trim();
  }
}

/** The reader sends a request at most three times. Each attempt lasts at most 3 s. */
export function buildParameterReader(options: ParameterReaderOptions): ParameterReader {
  const settings = clientSettings({ connectionTimeoutMs: 2_000, requestTimeoutMs: 3_000, maxAttempts: 3 });
  return new ParameterReader(new SSMClient(settings), options);
}

const createAdvice = "Create it as a SecureString that holds the webhook's URL.";

function adviceFor(cause: unknown): string {
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'ParameterNotFound') return createAdvice;
  if (name.startsWith('AccessDenied')) return 'The function needs ssm:GetParameter on it.';
  return 'The next attempt reads the parameter again.';
}
