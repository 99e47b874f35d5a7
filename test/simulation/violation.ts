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
