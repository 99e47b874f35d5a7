import { defaultFacts, Fleet } from './fleet.ts';

export class Accounts {
  /** The account of each request that is not signed with a key from the stand-in of STS. */
  readonly home: string;
  readonly common = defaultFacts();
  readonly suspended = new Set<string>();
  readonly #now: () => number;
  readonly #fleets = new Map<string, Fleet>();

  constructor(home: string, now: () => number) {
    this.home = home;
    this.#now = now;
  }

  fleet(account: string = this.home): Fleet {
    const fleet = this.#fleets.get(account) ?? new Fleet(account, this.#now, this.common);
    this.#fleets.set(account, fleet);
    return fleet;
  }
}
