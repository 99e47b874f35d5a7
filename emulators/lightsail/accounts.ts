/** The fleets of all accounts, and what every account has in common. */
import { defaultFacts, Fleet } from './fleet.ts';

export class Accounts {
  /** The account of keys that STS did not give out. */
  readonly home: string;
  readonly common = defaultFacts();
  readonly suspended = new Set<string>();
  readonly #now: () => number;
  readonly #fleets = new Map<string, Fleet>();

  constructor(home: string, now: () => number) {
    this.home = home;
    this.#now = now;
  }

  /** An account without instances has an empty fleet. */
  fleet(account: string = this.home): Fleet {
    const fleet = this.#fleets.get(account) ?? new Fleet(account, this.#now, this.common);
    this.#fleets.set(account, fleet);
    return fleet;
  }
}
