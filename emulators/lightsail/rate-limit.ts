/** So many calls in any second, for each region on its own. */
export class RateLimit {
  readonly #now: () => number;
  #perSecond: number | null = null;
  #passed = new Map<string, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  set(perSecond: number | null): void {
    this.#perSecond = perSecond;
    this.#passed.clear();
  }

  /** False: over the limit. A call that is refused does not count. */
  isPassed(region: string): boolean {
    if (this.#perSecond === null) return true;
    const now = this.#now();
    const recent = (this.#passed.get(region) ?? []).filter((at) => at > now - 1000);
    const isPassed = recent.length < this.#perSecond;
    if (isPassed) recent.push(now);
    this.#passed.set(region, recent);
    return isPassed;
  }
}
