/** A broken promise, or a state that must never exist. Ends the run. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly promise: string;

  constructor(promise: string, message: string) {
    super(`${promise}: ${message}`);
    this.promise = promise;
  }
}

/** Checks a condition. `message` is computed only if the condition is false. */
export function mustBe(isSo: boolean, promise: string, message: () => string): asserts isSo {
  if (!isSo) throw new Violation(promise, message());
}

/** Runs a seed to its end. Returns the broken promise; `null`: all promises were kept. */
export async function findViolation(
  play: () => Promise<void>,
  trace: ((line: string) => void) | undefined,
): Promise<Violation | null> {
  try {
    await play();
    return null;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    trace?.(`VIOLATED ${error.message}`);
    return error;
  }
}
