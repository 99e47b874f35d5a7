/** A promise that was broken, or something that must never be. It ends the run. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly promise: string;

  constructor(promise: string, message: string) {
    super(`${promise}: ${message}`);
    this.promise = promise;
  }
}

/** Holds something to be so. `message` is only made where it is not. */
export function mustBe(isSo: boolean, promise: string, message: () => string): asserts isSo {
  if (!isSo) throw new Violation(promise, message());
}
