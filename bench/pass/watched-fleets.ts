/** The fleets of several accounts in the stand-in, the changes to them, and the alert that each change needs. */
import type { LightsailEmulator } from '../../emulators/lightsail.ts';
import type { Random } from '../../test/support/random.ts';

interface FleetInstance {
  account: string;
  region: string;
  name: string;
}

export interface RequiredAlert extends FleetInstance {
  kind: 'firewall-changed' | 'instance-appeared' | 'instance-gone';
  /** The port that was opened; `null`: the alert is about a whole instance. */
  port: number | null;
}

export const regions = ['eu-west-1', 'us-east-1'] as const;

const office = ['198.51.100.0/24'];
const anywhere = ['0.0.0.0/0'];
const rule = (port: number, cidrs: readonly string[]) => ({
  fromPort: port,
  toPort: port,
  protocol: 'tcp',
  state: 'open',
  cidrs,
  ipv6Cidrs: [],
  cidrListAliases: [],
});

type Rule = ReturnType<typeof rule>;

const ordinaryRules: Rule[] = [rule(22, office), rule(443, anywhere), rule(5432, office), rule(80, anywhere)];

export class WatchedFleets {
  readonly accounts: readonly string[];
  readonly required: RequiredAlert[] = [];
  readonly #lightsail: LightsailEmulator;
  readonly #random: Random;
  #instances: FleetInstance[] = [];
  readonly #rules = new Map<FleetInstance, Rule[]>();
  /** Instances that changed since the last pass. `replaceSome` does not delete these instances, because a scan must read each change. */
  readonly #changed = new Set<FleetInstance>();
  #created = 0;

  constructor(lightsail: LightsailEmulator, accounts: readonly string[], instances: number, random: Random) {
    this.#lightsail = lightsail;
    this.#random = random;
    this.accounts = accounts;
    for (let index = 0; index < instances; index += 1) this.#create(accounts[index % accounts.length] ?? '');
  }

  /** After each pass, call this method before the methods that change instances. */
  beginChanges(): void {
    this.#changed.clear();
  }

  /** Opens one port to anywhere on some instances. The alert is critical if the port is the port of a database. */
  openSomewhere(count: number, port: number): void {
    for (const instance of this.#pick(count)) this.#open(instance, port);
  }

  /** Opens the same port on some instances of every account, as in a rollout (the same change on many instances). */
  openEverywhere(perAccount: number, port: number): void {
    for (const account of this.accounts) {
      const own = this.#instances.filter((instance) => instance.account === account);
      for (const instance of own.slice(0, perAccount)) this.#open(instance, port);
    }
  }

  /** Reverses the order of the rules of some instances. The new order must cause no alert. */
  respell(count: number): void {
    for (const instance of this.#pick(count)) {
      this.#setRules(instance, this.#rulesOf(instance).toReversed());
    }
  }

  replaceSome(count: number): void {
    for (const instance of this.#pick(count)) {
      if (this.#changed.has(instance)) continue;
      this.#lightsail.removeInstance(instance);
      this.#instances = this.#instances.filter((one) => one !== instance);
      this.required.push({ ...instance, kind: 'instance-gone', port: null });
      const created = this.#create(instance.account);
      this.required.push({ ...created, kind: 'instance-appeared', port: null });
    }
  }

  #open(instance: FleetInstance, port: number): void {
    const rules = this.#rulesOf(instance);
    if (rules.some((one) => one.fromPort === port)) return;
    this.#setRules(instance, [...rules, rule(port, anywhere)]);
    this.#changed.add(instance);
    this.required.push({ ...instance, kind: 'firewall-changed', port });
  }

  #rulesOf(instance: FleetInstance): Rule[] {
    return this.#rules.get(instance) ?? ordinaryRules;
  }

  #setRules(instance: FleetInstance, portStates: Rule[]): void {
    this.#rules.set(instance, portStates);
    this.#lightsail.setPortStates({ ...instance, portStates });
  }

  #create(account: string): FleetInstance {
    this.#created += 1;
    const region = regions[this.#created % regions.length] ?? 'eu-west-1';
    const instance = { account, region, name: `web-${String(this.#created).padStart(5, '0')}` };
    this.#lightsail.addInstance({ ...instance, portStates: ordinaryRules });
    this.#instances.push(instance);
    return instance;
  }

  #pick(count: number): FleetInstance[] {
    const picked = new Set<FleetInstance>();
    while (picked.size < Math.min(count, this.#instances.length)) picked.add(this.#random.pick(this.#instances));
    return [...picked];
  }
}
