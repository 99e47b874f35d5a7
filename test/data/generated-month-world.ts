/**
 * The scripted world at an instant: which instances exist, which resources can't be read, and at which instant of a scan each resource is
 * read.
 */
import type { MonthScript, Outage, ScriptedEvent, ScriptedInstance } from './generated-month-script.ts';

/** An event after which the instance exists. */
export type PresentEvent = ScriptedEvent & { openings: NonNullable<ScriptedEvent['openings']> };

export class MonthWorld {
  readonly script: MonthScript;
  readonly #byRegion = new Map<string, ScriptedInstance[]>();
  readonly #byName = new Map<string, { instance: ScriptedInstance; position: number }>();
  readonly #outages = new Map<string, Outage[]>();

  constructor(script: MonthScript) {
    this.script = script;
    for (const region of script.regions) this.#byRegion.set(region, []);
    for (const instance of script.instances) {
      const list = this.#byRegion.get(instance.region) ?? [];
      this.#byName.set(keyOf(instance.region, instance.name), { instance, position: list.length });
      list.push(instance);
    }
    for (const outage of script.outages) {
      const key = keyOf(outage.region, outage.name);
      this.#outages.set(key, [...(this.#outages.get(key) ?? []), outage]);
    }
  }

  instancesOf(region: string): readonly ScriptedInstance[] {
    return this.#byRegion.get(region) ?? [];
  }

  find(region: string, name: string): ScriptedInstance {
    const found = this.#byName.get(keyOf(region, name));
    if (!found) throw new Error(`no ${name} in ${region} in this month`);
    return found.instance;
  }

  /** The last event at or before the instant; `null`: the instance does not exist then. */
  eventAt({ events }: ScriptedInstance, at: number): PresentEvent | null {
    const event = events[countUntil(events, at) - 1];
    return event === undefined || event.openings === null ? null : { ...event, openings: event.openings };
  }

  /** The instant of the next event: an event of the script, or the beginning of an outage of the instance. */
  nextEventAfter({ region, name, events }: ScriptedInstance, after: number): number {
    const event = events[countUntil(events, after)]?.at ?? Number.POSITIVE_INFINITY;
    const outages = this.#outages.get(keyOf(region, name)) ?? [];
    return Math.min(event, ...outages.map(({ from }) => from).filter((from) => from > after));
  }

  outageAt(region: string, name: string | null, at: number): Outage | null {
    return (this.#outages.get(keyOf(region, name)) ?? []).find(({ from, until }) => from <= at && at < until) ?? null;
  }

  /** The instant at which a scan lists a region: one region after another, two seconds each. */
  listedAt(scan: number, region: string): number {
    return scan + 150 + this.script.regions.indexOf(region) * 2_000;
  }

  /** The instant at which a scan reads an instance: one after another, in the order of the listing. */
  readAt(scan: number, region: string, name: string): number {
    const position = this.#byName.get(keyOf(region, name))?.position ?? 0;
    return this.listedAt(scan, region) + 10 + position * 10;
  }

  /** True if a scan can list the region, and can read the instance if it exists. */
  isReadable(scan: number, { region, name }: ScriptedInstance): boolean {
    const isListed = this.outageAt(region, null, this.listedAt(scan, region)) === null;
    return isListed && this.outageAt(region, name, this.readAt(scan, region, name)) === null;
  }

  endOf(scan: number): number {
    return scan + 150 + this.script.regions.length * 2_000 + 500;
  }
}

export const keyOf = (region: string, name: string | null): string => `${region}#${name ?? ''}`;

/** The number of events not later than the instant. */
function countUntil(events: readonly ScriptedEvent[], at: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
