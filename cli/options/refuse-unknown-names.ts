/** A name on the command line that matches nothing is an error: it never gives an empty answer. */
import { matchesGlob } from '../../lambda/firewall/rating/glob.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { CommandError } from '../command-error.ts';
import { suggestName } from '../text/suggest-name.ts';

/** Globs from the command line; `undefined`: the command line has no such option. */
interface NamedResources {
  region?: string | undefined;
  instance?: string | undefined;
}

/**
 * Throws CommandError with similar names if `region` matches no region of `known`, or if `instance` matches no instance in these regions.
 */
export function refuseUnknownNames({ region, instance }: NamedResources, known: readonly Resource[]): void {
  const here = known.filter((resource) => region === undefined || matchesGlob(region, resource.region));
  if (region !== undefined && here.length === 0) {
    throw unknownName('--region', region, 'region', [...new Set(known.map((resource) => resource.region))]);
  }
  if (instance === undefined) return;
  const names = here.flatMap(({ instanceName }) => (instanceName === null ? [] : [instanceName]));
  if (!names.some((name) => matchesGlob(instance, name))) throw unknownName('--instance', instance, 'instance', names);
}

function unknownName(option: string, wanted: string, kind: string, names: readonly string[]): CommandError {
  const hint = suggestName(wanted, names, 'npm run portwatch -- status lists the present instances.');
  return new CommandError(`No ${kind} in the table matches ${option} ${wanted}; ${hint}`);
}
