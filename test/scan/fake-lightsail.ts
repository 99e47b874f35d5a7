/** A FirewallReader with instances that a test changes. */
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { InstanceFacts } from '../../lambda/history/entry.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import type { FirewallReader, ListedInstance } from '../../lambda/scan/interfaces.ts';
import { someFacts } from './samples.ts';

interface FakeInstance {
  facts: InstanceFacts;
  rules: PortState[];
}

export class FakeLightsail implements FirewallReader {
  readonly regions = new Map<string, Map<string, FakeInstance>>();
  /** By region, or `<region>#<instanceName>`: the error of each request about it. */
  readonly failures = new Map<string, ReadError>();
  readonly calls: string[] = [];
  /** Runs before a firewall is read, so that a test can change something first. */
  beforeRead: (key: string) => Promise<void> | void = () => undefined;
  #nextId = 0;

  constructor(...regions: string[]) {
    for (const region of regions) this.regions.set(region, new Map());
  }

  /** Creates the instance, or changes its firewall. */
  set(region: string, name: string, rules: PortState[], facts: Partial<InstanceFacts> = {}): void {
    const found = this.regions.get(region)?.get(name)?.facts ?? this.#newFacts(region);
    this.regions.get(region)?.set(name, { facts: { ...found, ...facts }, rules });
  }

  delete(region: string, name: string): void {
    this.regions.get(region)?.delete(name);
  }

  fail(key: string, reason: ReadError['reason'] = 'throttled'): void {
    this.failures.set(key, new ReadError(reason, `scripted: ${reason}`));
  }

  mend(key: string): void {
    this.failures.delete(key);
  }

  async listRegions(): Promise<(string | null)[]> {
    this.#call('regions');
    return [...this.regions.keys()];
  }

  async listInstances(region: string): Promise<ListedInstance[]> {
    this.#call(region);
    const instances = this.regions.get(region);
    if (!instances) throw new ReadError('region-not-enabled', 'UnrecognizedClientException');
    return [...instances].map(([name, { facts }]) => ({ name, facts }));
  }

  async readFirewall(region: string, instanceName: string): Promise<PortState[]> {
    const key = `${region}#${instanceName}`;
    await this.beforeRead(key);
    this.#call(key);
    const instance = this.regions.get(region)?.get(instanceName);
    if (!instance) throw new ReadError('not-found', 'NotFoundException');
    return structuredClone(instance.rules);
  }

  #call(key: string): void {
    this.calls.push(key);
    const failure = this.failures.get(key);
    if (failure) throw failure;
  }

  #newFacts(region: string): InstanceFacts {
    this.#nextId += 1;
    const id = String(this.#nextId).padStart(12, '0');
    return { ...someFacts, arn: `arn:aws:lightsail:${region}:111122223333:Instance/00000000-0000-4000-8000-${id}` };
  }
}
