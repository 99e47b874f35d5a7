/** Loads the latest states, and refuses a table without any record of the account. */

import type { Resource } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/latest-state.ts';
import type { Departed } from '../../lambda/scan/interfaces.ts';
import { CommandError } from '../command-error.ts';
import type { DynamoDbHistoryReader, Fleet } from './history-reader.ts';
import type { Deployment } from './open-deployment.ts';

type Place = Pick<Deployment, 'account' | 'tableName'> & {
  reader: Pick<DynamoDbHistoryReader, 'loadFleet' | 'loadDeparted'>;
};

export interface WholeFleet extends Fleet {
  departed: Departed[];
  /** Every instance that exists or existed, by region and name; one per name in a region. */
  instances: Resource[];
}

/** Throws CommandError if the table is empty. One Query. */
export async function loadFleet(place: Place): Promise<Fleet> {
  return requireRecords(place, await place.reader.loadFleet(), []);
}

/** The same with the deleted instances: two Queries. */
export async function loadWholeFleet(place: Place): Promise<WholeFleet> {
  const [fleet, departed] = await Promise.all([place.reader.loadFleet(), place.reader.loadDeparted()]);
  requireRecords(place, fleet, departed);
  return { ...fleet, departed, instances: listInstances(fleet.states, departed) };
}

function requireRecords({ tableName, account }: Place, fleet: Fleet, departed: readonly Departed[]): Fleet {
  const records = fleet.states.length + fleet.refused.length + departed.length;
  if (records > 0 || fleet.lastScan !== null) return fleet;
  throw new CommandError(
    `Table ${tableName} has no items of account ${account} yet; wait for the first scan, or start one with npm run portwatch -- scan --deployed.`,
  );
}

/** The instances among these resources, by region and name; one per name in a region. */
export function listInstances(
  states: readonly { resource: Resource }[],
  departed: readonly { resource: Resource }[],
): Resource[] {
  const all = new Map([...states, ...departed].map(({ resource }) => [resourceKey(resource), resource]));
  return [...all.values()]
    .filter(({ instanceName }) => instanceName !== null)
    .sort((a, b) => (resourceKey(a) < resourceKey(b) ? -1 : 1));
}
