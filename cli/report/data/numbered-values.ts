/** Stores each value once and gives it an index. */
export class NumberedValues<Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<string, number>();

  /** Returns the index of the value with this key. Calls `make` only for a new key. */
  number(key: string, make: () => Value): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.values.length;
    this.#numbers.set(key, number);
    this.values.push(make());
    return number;
  }
}
