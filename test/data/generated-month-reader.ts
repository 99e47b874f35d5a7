/** Lightsail in the generated month, as a scan reads it. Each request moves the clock, so that every read has its own instant. */
import { setImmediate } from 'node:timers/promises';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { InstanceFacts } from '../../lambda/history/entry.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import type { FirewallReader, ListedInstance } from '../../lambda/scan/interfaces.ts';
import { toRule } from './generated-month-openings.ts';
import type { Outage, ScriptedEvent, ScriptedInstance } from './generated-month-script.ts';
import type { MonthWorld } from './generated-month-world.ts';

/** The instances that a scan sees, by `<region>#<name>`. */
export type Shown = ReadonlyMap<string, ScriptedInstance>;

export class MonthReader implements FirewallReader {
  /** Milliseconds since the epoch. */
  now = 0;
  /** `null`: all instances. */
  shown: Shown | null = null;
  /** The number of existing instances that a scan does not see. */
  hidden = 0;
  readonly regions: readonly string[];
  readonly #world: MonthWorld;
  #hiddenIn: ReadonlyMap<string, number> = new Map();
  #scan = 0;
  #isDecided: Promise<void> = Promise.resolve();

  constructor(world: MonthWorld) {
    this.#world = world;
    this.regions = world.script.regions;
  }

  /** `hiddenIn`: the number of existing instances of a region that are not in `shown`. */
  begin(scan: number, shown: Shown | null, hiddenIn: ReadonlyMap<string, number>): void {
    this.now = scan;
    this.shown = shown;
    this.hidden = 0;
    this.#hiddenIn = hiddenIn;
    this.#scan = scan;
  }

  async listRegions(): Promise<string[]> {
    return [...this.regions];
  }

  async listInstances(region: string): Promise<ListedInstance[]> {
    this.now = this.#world.listedAt(this.#scan, region);
    refuse(this.#world.outageAt(region, null, this.now));
    this.hidden += this.#hiddenIn.get(region) ?? 0;
    const instances = this.shown === null ? this.#world.instancesOf(region) : [...this.shown.values()];
    return instances
      .filter((instance) => instance.region === region)
      .flatMap((instance) => {
        const event = this.#world.eventAt(instance, this.now);
        return event === null ? [] : [{ name: instance.name, facts: toFacts(event) }];
      });
  }

  /**
   * A scan starts all reads of a region at once. Here each read waits until the previous read is decided and committed, because the clock
   * shows the instant of the read that is being decided.
   */
  async readFirewall(region: string, name: string): Promise<PortState[]> {
    const isDecided = this.#isDecided;
    this.#isDecided = isDecided.then(() => setImmediate());
    await isDecided;
    this.now = this.#world.readAt(this.#scan, region, name);
    refuse(this.#world.outageAt(region, name, this.now));
    const event = this.#world.eventAt(this.#world.find(region, name), this.now);
    if (event === null) throw new ReadError('not-found', 'NotFoundException: The Instance does not exist.');
    const rules = event.openings.map(toRule);
    return event.isDoubled ? [...rules, ...rules.slice(0, 1)] : rules;
  }
}

function refuse(outage: Outage | null): void {
  if (outage !== null) throw new ReadError(outage.reason, `${outage.reason}: the generated month says so`);
}

function toFacts({ arn }: ScriptedEvent): InstanceFacts {
  const number = Number(arn.slice(-4));
  const publicIpAddress = `192.0.2.${number % 250}`;
  return { arn, publicIpAddress, ipv6Addresses: [], ipAddressType: 'dualstack', blueprintId: 'ubuntu_24_04' };
}
