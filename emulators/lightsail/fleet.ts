/** The instances of one account. The rules of each instance are stored exactly as the service answers them. */
import { randomUUID } from 'node:crypto';
import { defaultRules } from './blueprint.ts';
import { allRegionNames, optInRegionNames } from './regions.ts';
import { defaultReadings, type LightsailReadings } from './undocumented-behaviour.ts';

export type IpAddressType = 'dualstack' | 'ipv4' | 'ipv6';

export interface EmulatedInstance {
  name: string;
  region: string;
  arn: string;
  /** The number of the instance in the order of creation. Listings are in this order. */
  sequence: number;
  createdAtSeconds: number;
  blueprintId: string;
  bundleId: string;
  ipAddressType: IpAddressType;
  publicIpAddress: string;
  privateIpAddress: string;
  ipv6Address: string;
  tags: { key: string; value?: string }[];
  /** The value of `portStates` in the answer, of any shape; `undefined` omits the field. */
  portStates: unknown;
  /** Fields that replace the fields of the instance in the answers of `GetInstances` and `GetInstance`, for example `{ name: null }`. */
  overrides: Record<string, unknown>;
  /** The rules before the last change by the API. */
  portStatesBefore: unknown;
  /** The rules before the last change, and the number of reads that still show these rules; `null`: reads show the present rules. */
  late: { portStates: unknown; reads: number } | null;
}

/** An `Operation` of the API, in the form of the answer. */
interface EmulatedOperation {
  id: string;
  resourceName: string;
  location: { availabilityZone: string; regionName: string };
  [field: string]: unknown;
}

export interface NewInstance {
  region: string;
  name: string;
  /** `ubuntu_24_04` by default. */
  blueprintId?: string | undefined;
  bundleId?: string | undefined;
  /** `dualstack` by default. */
  ipAddressType?: IpAddressType | undefined;
  publicIpAddress?: string | undefined;
  tags?: { key: string; value?: string }[] | undefined;
  /** Default: a new GUID. */
  arn?: string | undefined;
  /** Answers contain this value exactly as given. Default: the default rules of the blueprint. */
  portStates?: unknown;
  overrides?: Record<string, unknown> | undefined;
}

/** Values that are the same in every account. */
interface CommonFacts {
  regions: string[];
  notEnabled: Set<string>;
  readings: LightsailReadings;
  /** After a change by the API, this number of reads shows the rules before the change. */
  lateReads: number;
}

export const defaultFacts = (): CommonFacts => ({
  regions: [...allRegionNames],
  notEnabled: new Set(optInRegionNames),
  readings: { ...defaultReadings },
  lateReads: 0,
});

export class Fleet {
  readonly account: string;
  readonly common: CommonFacts;
  /** Oldest first. */
  readonly operations: EmulatedOperation[] = [];
  readonly #now: () => number;
  #sequence = 0;
  /** Keyed by `<region>/<name>`. */
  #instances = new Map<string, EmulatedInstance>();

  constructor(account: string, now: () => number, common: CommonFacts = defaultFacts()) {
    this.account = account;
    this.common = common;
    this.#now = now;
  }

  /** Throws if an instance of this name exists in the region. */
  add(wanted: NewInstance): EmulatedInstance {
    const key = `${wanted.region}/${wanted.name}`;
    if (this.#instances.has(key)) throw new Error(`There is an instance ${key} already.`);
    const instance = this.#build(wanted);
    this.#instances.set(key, instance);
    return instance;
  }

  find(region: string, name: string): EmulatedInstance | undefined {
    return this.#instances.get(`${region}/${name}`);
  }

  remove(region: string, name: string): boolean {
    return this.#instances.delete(`${region}/${name}`);
  }

  /** Oldest first. */
  list(region?: string): EmulatedInstance[] {
    const all = [...this.#instances.values()];
    return region === undefined ? all : all.filter((instance) => instance.region === region);
  }

  /** Runs `change`. If `lateReads` is not 0, that number of reads then still shows the rules before the change. */
  change<T>(instance: EmulatedInstance, change: () => T): T {
    const portStates = structuredClone(instance.portStates);
    const result = change();
    instance.portStatesBefore = portStates;
    const reads = this.common.lateReads;
    instance.late = reads === 0 ? null : { portStates, reads };
    return result;
  }

  readPortStates(instance: EmulatedInstance): unknown {
    const { late } = instance;
    if (late === null || late.reads === 0) return instance.portStates;
    late.reads -= 1;
    return late.portStates;
  }

  nowSeconds(): number {
    return Math.round(this.#now()) / 1000;
  }

  #build(wanted: NewInstance): EmulatedInstance {
    this.#sequence += 1;
    const n = this.#sequence;
    const blueprintId = wanted.blueprintId ?? 'ubuntu_24_04';
    return {
      name: wanted.name,
      region: wanted.region,
      arn: wanted.arn ?? `arn:aws:lightsail:${wanted.region}:${this.account}:Instance/${randomUUID()}`,
      sequence: n,
      createdAtSeconds: this.nowSeconds(),
      blueprintId,
      bundleId: wanted.bundleId ?? (wanted.ipAddressType === 'ipv6' ? 'nano_ipv6_3_0' : 'nano_3_0'),
      ipAddressType: wanted.ipAddressType ?? 'dualstack',
      // Addresses reserved for documentation (RFC 5737, RFC 3849).
      publicIpAddress: wanted.publicIpAddress ?? `203.0.113.${((n - 1) % 254) + 1}`,
      privateIpAddress: `172.26.${Math.floor(n / 256) % 256}.${n % 256}`,
      ipv6Address: `2001:db8:${Math.floor(n / 65536).toString(16)}:${(n % 65536).toString(16)}::1`,
      tags: wanted.tags ?? [],
      portStates: 'portStates' in wanted ? wanted.portStates : defaultRules(blueprintId),
      overrides: wanted.overrides ?? {},
      late: null,
      portStatesBefore: undefined,
    };
  }
}
