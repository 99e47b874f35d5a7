/** The environments of one function: processes that stay warm, and that can be killed during an invocation. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Invocation, InvocationAnswer } from './invocation.ts';

export class KilledError extends Error {
  override readonly name = 'KilledError';
}

interface PoolOptions {
  bundle: string;
  memoryMb: number;
  environment: Record<string, string>;
}

/** The part of the memory that Node's heap can use in AWS Lambda. The rest is for buffers and for Node itself. */
const heapShare = 0.9;

export class FunctionPool {
  invocations = 0;
  killed = 0;
  /** The largest resident memory of a process, without killed invocations. */
  peakBytes = 0;
  /** The errors of invocations that were not killed. */
  readonly errors: string[] = [];
  /** The last 2,000 lines with an error or a warning that the functions logged. */
  readonly log: string[] = [];
  readonly #options: PoolOptions;
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * `killAfterMs`: after this time the process is killed; `null`: it is not killed. An invocation that ends before this time is killed at
   * its end, so its result is lost. Throws KilledError, also if the process ended by itself, or an Error if the function failed.
   */
  async invoke(invocation: Invocation, killAfterMs: number | null): Promise<unknown> {
    this.invocations += 1;
    const child = this.#idle.pop() ?? (await this.#start());
    const answered = new Promise<InvocationAnswer | null>((resolve) => {
      child.once('message', (answer: InvocationAnswer) => resolve(answer));
      child.once('exit', () => resolve(null));
    });
    child.send(invocation);
    const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    const answer = await answered;
    if (timer !== null) clearTimeout(timer);
    child.removeAllListeners('message').removeAllListeners('exit');
    if (answer === null || killAfterMs !== null) {
      child.kill('SIGKILL');
      this.#all.delete(child);
      this.killed += 1;
      throw new KilledError('the process of the invocation was killed');
    }
    this.peakBytes = Math.max(this.peakBytes, answer.peakBytes);
    this.#idle.push(child);
    if (answer.error === null) return answer.result;
    this.errors.push(answer.error);
    throw new Error(answer.error);
  }

  async close(): Promise<void> {
    const over = [...this.#all].map((child) => once(child, 'exit'));
    for (const child of this.#all) child.kill('SIGKILL');
    await Promise.all(over);
  }

  async #start(): Promise<ChildProcess> {
    const { bundle, memoryMb, environment } = this.#options;
    const heapMb = Math.floor(memoryMb * heapShare);
    const file = fileURLToPath(new URL('function-process.ts', import.meta.url));
    const child = fork(file, [bundle, String(memoryMb)], {
      env: environment,
      execArgv: [`--max-old-space-size=${heapMb}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#all.add(child);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => this.#keepLog(String(text)));
    await once(child, 'message');
    return child;
  }

  #keepLog(text: string): void {
    this.log.push(
      ...text
        .split('\n')
        .filter((line) => /"(ERROR|WARN)"/.test(line))
        .map((line) => line.slice(0, 600)),
    );
    this.log.splice(0, Math.max(0, this.log.length - 2_000));
  }
}
