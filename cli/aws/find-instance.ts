/** Finds the one instance with a given name, in any region, deleted instances included. */

import type { Resource } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/latest-state.ts';
import { nearNames } from '../../lib/near-names.ts';
import { CommandError } from '../command-error.ts';
import { listNotDue } from '../questions/regions-not-due.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { loadWholeFleet } from './load-fleet.ts';
import type { Deployment } from './open-deployment.ts';

type Place = Pick<Deployment, 'reader' | 'account' | 'tableName'>;

/**
 * The name is matched exactly. Without `region` the search covers every region of the last scan, with one small read each. Throws
 * CommandError for no match, with similar names, and for more than one match.
 */
export async function findInstance(place: Place, instanceName: string, region: string | null): Promise<Resource> {
  const { reader, account } = place;
  const regions = region === null ? await listRegions(reader) : [region];
  const candidates = regions.map((each): Resource => ({ account, region: each, instanceName }));
  const known = await Promise.all(candidates.map((resource) => reader.hasHistory(resource)));
  const found = candidates.filter((_, index) => known[index]);
  return chooseOne(found.length > 0 ? found : await searchFleet(place, instanceName, region), instanceName);
}

async function listRegions(reader: DynamoDbHistoryReader): Promise<string[]> {
  const [scan] = await reader.loadScans({ from: null, until: null }, 1, false);
  if (scan === undefined) return [];
  const notDue = listNotDue(scan).map(({ region }) => region);
  return [...new Set([...scan.regionsListed, ...notDue, ...Object.keys(scan.regionsFailed)])];
}

/** Searches regions that are no longer monitored; otherwise lists similar names in the error. */
async function searchFleet(place: Place, instanceName: string, region: string | null): Promise<Resource[]> {
  const { states, instances } = await loadWholeFleet(place);
  const named = instances.filter((resource) => resource.instanceName === instanceName);
  const here = region === null ? named : named.filter((resource) => resource.region === region);
  const [unread] = here;
  if (
    unread !== undefined &&
    states.some(({ resource, version }) => resourceKey(resource) === resourceKey(unread) && version === 0)
  )
    throw new CommandError(
      `Instance ${instanceName} in ${unread.region} has no history yet: it was listed and could not be read; npm run portwatch -- status says why.`,
    );
  if (here.length > 0) return here;
  throw unknownInstance(instanceName, region, named, instances);
}

function unknownInstance(name: string, region: string | null, named: Resource[], instances: Resource[]): CommandError {
  const where = region === null ? '' : ` in ${region}`;
  if (named.length > 0)
    return new CommandError(
      `The table has no instance ${name}${where}; expected --region ${named.map((resource) => resource.region).join(' or ')}, where an instance has that name.`,
    );
  if (instances.length === 0)
    return new CommandError(
      `The table has no instances yet, so ${name} is not in it; npm run portwatch -- status shows the regions and the last scan.`,
    );
  const names = [...new Set(instances.map(({ instanceName }) => instanceName ?? ''))];
  const near = nearNames(name, names);
  const hint =
    near.length > 0
      ? `did you mean ${near.join(' or ')}?`
      : 'expected the exact name of an instance: npm run portwatch -- status lists the present instances.';
  return new CommandError(`The table has no instance ${name}${where}; ${hint}`);
}

function chooseOne(found: readonly Resource[], instanceName: string): Resource {
  const [first, ...more] = found;
  if (first !== undefined && more.length === 0) return first;
  const regions = found.map(({ region }) => region).sort();
  throw new CommandError(
    `Instances in ${regions.join(' and ')} have the name ${instanceName}; choose one with --region ${regions.join(' or ')}.`,
  );
}
