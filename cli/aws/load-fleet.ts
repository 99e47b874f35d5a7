import type { Resource } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { Departed } from '../../lambda/scan/interfaces.ts';
import type { DynamoDbHistoryReader, Fleet } from './history-reader.ts';

type Place = { reader: Pick<DynamoDbHistoryReader, 'loadFleet' | 'loadDeparted'> };

export interface WholeFleet extends Fleet {
  departed: Departed[];
  /** Existing and deleted instances, sorted by region and name; one per name in a region. */
  instances: Resource[];
}

/** Makes two Queries. */
export async function loadWholeFleet({ reader }: Place): Promise<WholeFleet> {
  const [fleet, departed] = await Promise.all([reader.loadFleet(), reader.loadDeparted()]);
  return { ...fleet, departed, instances: listInstances(fleet.states, departed) };
}

/** One instance per name in a region, sorted by region and name. */
export function listInstances(
  states: readonly { resource: Resource }[],
  departed: readonly { resource: Resource }[],
): Resource[] {
  const all = new Map([...states, ...departed].map(({ resource }) => [resourceKey(resource), resource]));
  return [...all.values()]
    .filter(({ instanceName }) => instanceName !== null)
    .sort((a, b) => (resourceKey(a) < resourceKey(b) ? -1 : 1));
}
