/** Keeps each value once, and numbers it. */
export class Intern<Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<string, number>();

  /** `make` is only called for a key that is new. */
  number(key: string, make: () => Value): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.values.length;
    this.#numbers.set(key, number);
    this.values.push(make());
    return number;
  }
}
