/** Loads the latest states, and refuses a table without any record of the accounts. */

import type { Resource } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/latest-state.ts';
import type { Departed } from '../../lambda/scan/interfaces.ts';
import { CommandError } from '../command-error.ts';
import { labelAccount } from '../questions/account-names.ts';
import type { DynamoDbHistoryReader, Fleet } from './history-reader.ts';
import type { Deployment } from './open-deployment.ts';

type Place = { reader: Pick<DynamoDbHistoryReader, 'loadFleet' | 'loadDeparted'> };

export interface WholeFleet extends Fleet {
  departed: Departed[];
  /** Every instance that exists or existed, by region and name; one per name in a region. */
  instances: Resource[];
}

/** The latest states and the deleted instances: two Queries. */
export async function loadWholeFleet({ reader }: Place): Promise<WholeFleet> {
  const [fleet, departed] = await Promise.all([reader.loadFleet(), reader.loadDeparted()]);
  return { ...fleet, departed, instances: listInstances(fleet.states, departed) };
}

type Records = Pick<Fleet, 'states' | 'refused' | 'lastScan'> & { departed?: readonly Departed[] };

/** False: no scan of the account has stored anything in the table. */
function hasRecords({ states, refused, lastScan, departed = [] }: Records): boolean {
  return states.length + refused.length + departed.length > 0 || lastScan !== null;
}

/** Throws CommandError if the table has no records of any account of the question. */
export function requireRecords(
  place: Pick<Deployment, 'tableName' | 'names'> & { accounts: readonly { account: string }[] },
  loaded: readonly { fleet: Records }[],
): void {
  if (loaded.some(({ fleet }) => hasRecords(fleet))) return;
  const { tableName, accounts, names } = place;
  const [only, ...more] = accounts;
  const whose =
    only !== undefined && more.length === 0
      ? `account ${labelAccount(names, only.account)}`
      : 'the accounts of the monitor';
  throw new CommandError(
    `Table ${tableName} has no items of ${whose} yet; wait for the first scan, or start one with npm run portwatch -- scan --deployed.`,
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
