import type { Resource } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import { CommandError } from '../command-error.ts';
import type { AccountNames } from '../questions/account-names.ts';
import { listNotDue } from '../questions/regions-not-due.ts';
import { renderAccount } from '../text/render-place.ts';
import { suggestName } from '../text/suggest-name.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { loadWholeFleet, type WholeFleet } from './load-fleet.ts';
import { type Deployment, type DeploymentAccount, forEachAccount } from './open-deployment.ts';
import { refuseWithoutRecords } from './refuse-without-records.ts';

interface FoundInstance {
  account: DeploymentAccount;
  resource: Resource;
}

type Place = Pick<Deployment, 'accounts' | 'names' | 'tableName'>;

/**
 * Finds the one instance with exactly this name, deleted instances included. `region`: `null` searches every region. Throws CommandError if
 * several instances have the name, if no instance has it (with similar names), or if the instance was never read.
 *
 * With one account, the search makes one small read for `region`, or for each region of the last scan. With several accounts, or without a
 * match, the search reads the latest states and the deleted instances of each account.
 */
export async function findInstance(place: Place, instanceName: string, region: string | null): Promise<FoundInstance> {
  const [only, ...more] = place.accounts;
  const found = only !== undefined && more.length === 0 ? await findInRegions(only, instanceName, region) : [];
  return chooseOne(
    found.length > 0 ? found : await searchFleets(place, instanceName, region),
    instanceName,
    place.names,
  );
}

async function findInRegions(
  account: DeploymentAccount,
  instanceName: string,
  region: string | null,
): Promise<FoundInstance[]> {
  const { reader } = account;
  const regions = region === null ? await listRegions(reader) : [region];
  const candidates = regions.map((each): Resource => ({ account: account.account, region: each, instanceName }));
  const known = await Promise.all(candidates.map((resource) => reader.hasHistory(resource)));
  return candidates.filter((_, index) => known[index]).map((resource) => ({ account, resource }));
}

async function listRegions(reader: DynamoDbHistoryReader): Promise<string[]> {
  const [scan] = await reader.loadScans({ from: null, until: null }, 1, false);
  if (scan === undefined) return [];
  const notDue = listNotDue(scan).map(({ region }) => region);
  return [...new Set([...scan.regionsListed, ...notDue, ...Object.keys(scan.regionsFailed)])];
}

/** Includes regions that the monitor no longer scans. Throws CommandError without a match, and if the only match was never read. */
async function searchFleets(place: Place, instanceName: string, region: string | null): Promise<FoundInstance[]> {
  const fleets = await forEachAccount(place, async (account) => ({ account, fleet: await loadWholeFleet(account) }));
  refuseWithoutRecords(place, fleets);
  const named = fleets.flatMap(({ account, fleet }) =>
    fleet.instances
      .filter((resource) => resource.instanceName === instanceName)
      .map((resource) => ({ account, resource, fleet })),
  );
  const here = region === null ? named : named.filter(({ resource }) => resource.region === region);
  const [unread, ...more] = here;
  if (unread !== undefined && more.length === 0) refuseUnread(unread.resource, unread.fleet);
  if (here.length > 0) return here;
  const instances = fleets.flatMap(({ fleet }) => fleet.instances);
  throw unknownInstance(
    instanceName,
    region,
    named.map(({ resource }) => resource),
    instances,
  );
}

function refuseUnread(resource: Resource, { states }: WholeFleet): void {
  const isUnread = states.some((state) => resourceKey(state.resource) === resourceKey(resource) && state.version === 0);
  if (isUnread)
    throw new CommandError(
      `Instance ${resource.instanceName} in ${resource.region} has no history yet: it was listed and could not be read; npm run portwatch -- status says why.`,
    );
}

function unknownInstance(name: string, region: string | null, named: Resource[], instances: Resource[]): CommandError {
  const where = region === null ? '' : ` in ${region}`;
  if (named.length > 0) {
    const regions = [...new Set(named.map((resource) => resource.region))];
    return new CommandError(
      `The table has no instance ${name}${where}; expected --region ${regions.join(' or ')}, where an instance has that name.`,
    );
  }
  if (instances.length === 0)
    return new CommandError(
      `The table has no instances yet, so ${name} is not in it; npm run portwatch -- status shows the regions and the last scan.`,
    );
  const names = [...new Set(instances.map(({ instanceName }) => instanceName ?? ''))];
  const exact = 'expected the exact name of an instance: npm run portwatch -- status lists the present instances.';
  return new CommandError(`The table has no instance ${name}${where}; ${suggestName(name, names, exact)}`);
}

const maxPlacesInError = 8;

function chooseOne(found: readonly FoundInstance[], instanceName: string, names: AccountNames): FoundInstance {
  const [first, ...more] = found;
  if (first !== undefined && more.length === 0) return first;
  const accounts = unique(found.map(({ resource }) => resource.account));
  const regions = unique(found.map(({ resource }) => resource.region));
  const isInAccounts = accounts.length > 1;
  const places = found.map(({ resource: { account, region } }) =>
    names === null || !isInAccounts ? region : `${region} of ${renderAccount(account, names)}`,
  );
  const hints = [
    ...(isInAccounts ? [`--account ${shorten(accounts, ' or ')}`] : []),
    ...(accounts.length < found.length ? [`--region ${regions.join(' or ')}`] : []),
  ];
  throw new CommandError(
    `Instances in ${shorten(unique(places), ' and ')} have the name ${instanceName}; choose one with ${hints.join(' and ')}.`,
  );
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();

function shorten(values: readonly string[], separator: string): string {
  const more = values.length > maxPlacesInError ? `, and ${values.length - maxPlacesInError} more` : '';
  return `${values.slice(0, maxPlacesInError).join(separator)}${more}`;
}
