/** Lightsail as one scan uses it: every call waits for its turn in the scheduler, and may fail. */

import type { ReadError } from '../../lambda/history/read-errors.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { FirewallReader, ListedInstance } from '../../lambda/scan/interfaces.ts';
import type { Call } from './scheduler.ts';
import type { Setting } from './setting.ts';
import type { SimulatedScan } from './simulated-scan.ts';

type Reason = ReadError['reason'];

export function buildReader(scan: SimulatedScan, setting: Setting): FirewallReader {
  const { scheduler, product } = setting;
  return {
    listRegions: () =>
      scheduler.call<string[]>(scan, {
        role: 'reader',
        name: 'listRegions',
        effect: async () => [...scheduler.world.regions.keys()],
        error: () => new product.ReadError('network', 'the connection was reset'),
      }),
    listInstances: (region) => scheduler.call(scan, listing(region, scan, setting)),
    readFirewall: (region, instanceName) => scheduler.call(scan, reading(region, instanceName, scan, setting)),
  };
}

function listing(region: string, scan: SimulatedScan, { scheduler, model, product }: Setting): Call<ListedInstance[]> {
  let [order, at] = [0, 0];
  return {
    role: 'reader',
    name: `listInstances ${region}`,
    effect: async () => {
      [order, at] = [scheduler.order, scheduler.world.now];
      refuse(product.ReadError, scheduler.world.regions.get(region)?.failure);
      return scheduler.world.list(region);
    },
    error: () => new product.ReadError('network', 'the connection was reset'),
    onAnswer: (listed) => {
      const facts = new Map(listed.map((instance) => [instance.name ?? '', instance.facts]));
      scan.listings.set(region, { order, at, facts });
      model.onListed(region, { order, at, facts });
    },
    onError: (error) => scan.listings.set(region, { order, reason: reasonOf(error) }),
  };
}

function reading(
  region: string,
  instanceName: string,
  scan: SimulatedScan,
  { scheduler, model, product }: Setting,
): Call<Awaited<ReturnType<FirewallReader['readFirewall']>>> {
  const key = resourceKey({ region, instanceName });
  let [order, at] = [0, 0];
  return {
    role: 'reader',
    name: `readFirewall ${key}`,
    effect: async () => {
      [order, at] = [scheduler.order, scheduler.world.now];
      const instance = scheduler.world.find(region, instanceName);
      refuse(product.ReadError, instance === null ? 'not-found' : instance.failure);
      return [...(instance?.rules ?? [])];
    },
    error: () => new product.ReadError('network', 'the connection was reset'),
    onAnswer: (rules) => {
      scan.readings.set(key, { order, at, rules });
      model.onRead(scan, { region, instanceName }, { order, at, rules });
    },
    onError: (error) => scan.readings.set(key, { order, reason: reasonOf(error) }),
  };
}

function refuse(ReadErrorOfProduct: typeof ReadError, reason: Reason | null | undefined): void {
  if (reason) throw new ReadErrorOfProduct(reason, `as things are: ${reason}`);
}

function reasonOf(error: unknown): Reason {
  return typeof error === 'object' && error !== null && 'reason' in error ? (error as ReadError).reason : 'unexpected';
}
