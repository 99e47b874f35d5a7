/** A limit on the requests in any one second, counted for each place: a region, or a region of one account. */
export class RateLimit {
  readonly #now: () => number;
  #perSecond: number | null = null;
  #accepted = new Map<string, number[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  set(perSecond: number | null): void {
    this.#perSecond = perSecond;
    this.#accepted.clear();
  }

  /** A refused request does not count toward the limit. */
  accepts(place: string): boolean {
    if (this.#perSecond === null) return true;
    const now = this.#now();
    const recent = (this.#accepted.get(place) ?? []).filter((at) => at > now - 1000);
    const isAccepted = recent.length < this.#perSecond;
    if (isAccepted) recent.push(now);
    this.#accepted.set(place, recent);
    return isAccepted;
  }
}
