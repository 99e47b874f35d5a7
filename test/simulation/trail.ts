/** The real CloudTrail of the world: every change is a call. Its record arrives late, twice, out of order, or never. */
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import type { CallLookup } from '../../lambda/scan/interfaces.ts';
import type { Random } from '../support/random.ts';
import { callOf } from './simulated-events.ts';
import type { TrueWorld } from './true-world.ts';

export interface TrailRecord {
  /** The key of the instance. */
  key: string;
  /** The position of the change in the world's log of that instance. */
  index: number;
  call: ApiCall;
  isLost: boolean;
  isDoubled: boolean;
  /** World time in ms at which the record becomes visible. */
  comesAt: number;
}

const minute = 60_000;

export class Trail {
  readonly #world: TrueWorld;
  readonly #random: Random;
  readonly #account: string;
  readonly #cuts: Random;
  /** Share of the lookups that have no time for the newest calls. */
  cutShare = 0;
  readonly #records = new Map<string, TrailRecord[]>();

  /** `cuts`: random numbers of their own, so that `cutShare` changes nothing else in a seed. */
  constructor(world: TrueWorld, random: Random, account: string, cuts: Random) {
    this.#cuts = cuts;
    this.#world = world;
    this.#random = random;
    this.#account = account;
  }

  /** The calls of one instance, oldest first. */
  recordsOf(key: string): readonly TrailRecord[] {
    const past = this.#world.past.get(key) ?? [];
    const records = this.#records.get(key) ?? [];
    this.#records.set(key, records);
    const [region = '', instanceName = ''] = key.split('#');
    for (let index = records.length; index < past.length; index += 1) {
      const call = callOf(past, index, { region, instanceName, account: this.#account });
      const lateMs = this.#random.pick([0, this.#random.between(0, 10 * minute), this.#random.between(0, 50 * minute)]);
      const fate = { isLost: this.#random.chance(0.1), isDoubled: this.#random.chance(0.1) };
      records.push({ key, index, call, ...fate, comesAt: (past[index]?.at ?? 0) + lateMs });
    }
    return records;
  }

  /** The instant until which a lookup has time for calls. */
  cut({ from, until }: CallLookup): string {
    if (!this.#cuts.chance(this.cutShare)) return until;
    return new Date(this.#cuts.between(Date.parse(from), Date.parse(until))).toISOString();
  }

  /** The records that are visible at this time. */
  find({ region, names, from, until }: CallLookup): ApiCall[] {
    const found: ApiCall[] = [];
    for (const key of this.#world.past.keys()) {
      if (!key.startsWith(`${region}#`)) continue;
      for (const { call, isLost, isDoubled, comesAt } of this.recordsOf(key)) {
        const isAsked = names?.includes(call.name) !== false && call.at >= from && call.at <= until;
        if (isLost || comesAt > this.#world.now || !isAsked) continue;
        found.push(call, ...(isDoubled ? [call] : []));
      }
    }
    // Out of order, but records of the same second keep their order, because no other data shows which is first.
    return found.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  }
}
