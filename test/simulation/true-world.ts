/** The true state of the world and its changes: regions, instances, firewalls, and which of these can't be read. */

import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { FailureReason, InstanceFacts } from '../../lambda/history/entry.ts';
import type { ListedInstance } from '../../lambda/scan/interfaces.ts';
import type { Random } from '../support/random.ts';
import { rulePool } from './rule-pool.ts';

interface TrueInstance {
  arn: string;
  ipAddressType: string;
  firewall: number;
  rules: readonly PortState[];
  failure: FailureReason | null;
}

/** The truth about a name from an instant on; `null`: no instance had this name. */
export interface TruePast {
  /** World time in ms. A read in the same millisecond came before the change. */
  at: number;
  instance: Pick<TrueInstance, 'arn' | 'ipAddressType' | 'rules'> | null;
}

interface TrueRegion {
  failure: FailureReason | null;
  instances: Map<string, TrueInstance>;
}

const regionNames = ['ap-south-1', 'eu-west-1', 'us-east-1'] as const;
const instanceNames = ['api', 'db', 'web'] as const;
const failureReasons = [
  'throttled',
  'timeout',
  'service-error',
  'access-denied',
  'not-found',
  'invalid-answer',
] as const;
const addressTypes = ['dualstack', 'ipv4', 'ipv6'] as const;

export interface WorldClock {
  /** Milliseconds since the epoch; never goes back. */
  now: number;
}

export const newClock = (): WorldClock => ({ now: Date.parse('2026-11-23T10:00:00.000Z') });

export class TrueWorld {
  readonly regions = new Map<string, TrueRegion>();
  /** By `<region>#<instanceName>`, oldest first. */
  readonly past = new Map<string, TruePast[]>();
  readonly #random: Random;
  readonly #account: string;
  readonly #clock: WorldClock;
  #born = 0;

  /** `clock`: shared by the worlds of several accounts. */
  constructor(random: Random, regions: number, account = '111122223333', clock: WorldClock = newClock()) {
    this.#random = random;
    this.#account = account;
    this.#clock = clock;
    for (const name of regionNames.slice(0, regions)) {
      const draw = random.next();
      const failure = draw < 0.05 ? 'region-not-enabled' : draw < 0.1 ? 'access-denied' : null;
      this.regions.set(name, { failure, instances: new Map() });
    }
    const count = random.between(1, 4);
    for (let index = 0; index < count; index += 1) this.#create(this.#anyRegion());
  }

  get now(): number {
    return this.#clock.now;
  }

  set now(now: number) {
    this.#clock.now = now;
  }

  /** Makes a random change and returns its description. */
  change(): string {
    const region = this.#anyRegion();
    const existing = [...(this.regions.get(region)?.instances ?? [])];
    const kind = this.#random.next();
    if (existing.length === 0 || kind > 0.86) return this.#create(region);
    const [name, instance] = this.#random.pick(existing);
    const said = this.#alter(region, name, instance, kind);
    this.#remember(region, name);
    return said;
  }

  #alter(region: string, name: string, instance: TrueInstance, kind: number): string {
    const where = `${region}#${name}`;
    if (kind < 0.4) return `${where} has ${this.#rewrite(instance, this.#random.between(0, rulePool.length - 1))}`;
    if (kind < 0.5) return `${where} respells ${this.#rewrite(instance, instance.firewall)}`;
    if (kind < 0.6) {
      instance.ipAddressType = this.#random.pick(addressTypes);
      return `${where} is ${instance.ipAddressType}`;
    }
    this.regions.get(region)?.instances.delete(name);
    if (kind < 0.74) return `${where} is deleted`;
    return `${where} is deleted; ${this.#create(region, name)}`;
  }

  /** An instance gets another firewall; `end` restores the old firewall, if that is still possible. `null`: there is no instance. */
  beginFlap(): { said: string; end: () => string } | null {
    const region = this.#anyRegion();
    const existing = [...(this.regions.get(region)?.instances ?? [])];
    if (existing.length === 0) return null;
    const [name, instance] = this.#random.pick(existing);
    const { firewall, rules } = instance;
    const said = `${region}#${name} has, for a while, ${this.#rewrite(instance, this.#random.between(0, rulePool.length - 1))}`;
    this.#remember(region, name);
    const end = () => {
      if (this.find(region, name) !== instance) return `${region}#${name} is not there to be put back`;
      Object.assign(instance, { firewall, rules });
      this.#remember(region, name);
      return `${region}#${name} is put back`;
    };
    return { said, end };
  }

  /** A random resource becomes unreadable. */
  spoil(): string {
    const [name, region] = this.#random.pick([...this.regions]);
    if (this.#random.chance(0.3) || region.instances.size === 0) {
      region.failure = this.#random.pick(failureReasons);
      return `${name} can't be listed: ${region.failure}`;
    }
    const [instanceName, instance] = this.#random.pick([...region.instances]);
    instance.failure = this.#random.pick(failureReasons);
    return `${name}#${instanceName} can't be read: ${instance.failure}`;
  }

  /** Each unreadable resource becomes readable again with this probability. */
  mend(share: number): string[] {
    const mended: string[] = [];
    for (const [name, region] of this.regions) {
      for (const [what, resource] of [[name, region] as const, ...region.instances]) {
        if (resource.failure === null || !this.#random.chance(share)) continue;
        resource.failure = null;
        mended.push(`${what} can be read again`);
      }
    }
    return mended;
  }

  /** Gives an instance this firewall of the pool, and returns a description. */
  setFirewall(region: string, name: string, firewall: number): string {
    const instance = this.find(region, name);
    if (instance === null) return `${region}#${name} is not there`;
    const said = `${region}#${name} has ${this.#rewrite(instance, firewall)}`;
    this.#remember(region, name);
    return said;
  }

  list(region: string): ListedInstance[] {
    return [...(this.regions.get(region)?.instances ?? [])].map(([name, instance]) => ({
      name,
      facts: factsOf(instance),
    }));
  }

  find(region: string, name: string): TrueInstance | null {
    return this.regions.get(region)?.instances.get(name) ?? null;
  }

  #anyRegion(): string {
    return this.#random.pick([...this.regions.keys()]);
  }

  #create(region: string, wanted?: string): string {
    const taken = this.regions.get(region)?.instances;
    const name = wanted ?? instanceNames.find((one) => !taken?.has(one));
    if (name === undefined) return `${region} is full`;
    this.#born += 1;
    const id = String(this.#born).padStart(12, '0');
    const arn = `arn:aws:lightsail:${region}:${this.#account}:Instance/00000000-0000-4000-8000-${id}`;
    const ipAddressType = this.#random.pick(['dualstack', ...addressTypes]);
    const instance: TrueInstance = { arn, ipAddressType, firewall: 0, rules: [], failure: null };
    const rules = this.#rewrite(instance, this.#random.between(0, rulePool.length - 1));
    taken?.set(name, instance);
    this.#remember(region, name);
    return `${region}#${name} is created (${this.#born}), ${ipAddressType}, ${rules}`;
  }

  #remember(region: string, name: string): void {
    const found = this.find(region, name);
    const key = `${region}#${name}`;
    const past = this.past.get(key) ?? [];
    past.push({ at: this.now, instance: found && { ...found } });
    this.past.set(key, past);
  }

  #rewrite(instance: TrueInstance, firewall: number): string {
    const spelling = this.#random.between(0, (rulePool[firewall]?.length ?? 1) - 1);
    instance.firewall = firewall;
    instance.rules = rulePool[firewall]?.[spelling] ?? [];
    return `firewall ${firewall}, spelling ${spelling}`;
  }
}

function factsOf({ arn, ipAddressType }: { arn: string; ipAddressType: string }): InstanceFacts {
  return { arn, publicIpAddress: '203.0.113.10', ipv6Addresses: [], ipAddressType, blueprintId: 'ubuntu_24_04' };
}
