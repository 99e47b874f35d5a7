import { ReadError } from '../../../lambda/history/read-errors.ts';
import type { FirewallReader } from '../../../lambda/scan/interfaces.ts';
import { findSimilarNames } from '../../../lib/similar-names.ts';
import { explainHost } from '../../aws/explain-host.ts';
import { CommandError } from '../../command-error.ts';

export interface ChosenRegions {
  names: readonly string[];
  /** True if the caller named the regions: a region that cannot be listed is then a failure. */
  areNamed: boolean;
  /** True if one of the chosen regions has no name in the answer of Lightsail, so nobody can list its instances. */
  hasNameless: boolean;
}

/**
 * Throws CommandError for a name in `wanted` that Lightsail does not list. Without this check, a misspelt region would look like a network
 * failure, because the host name of the region does not exist. The check is left out if Lightsail lists a region without a name.
 * If the list of regions cannot be read, returns `wanted`. If `wanted` is then empty, throws CommandError.
 */
export async function chooseRegions(
  reader: FirewallReader,
  wanted: readonly string[],
  signal: AbortSignal,
  interrupted: AbortSignal,
): Promise<ChosenRegions> {
  const named = { names: wanted, areNamed: true, hasNameless: false };
  let listed: (string | null)[];
  try {
    listed = await reader.listRegions(signal);
  } catch (error) {
    interrupted.throwIfAborted();
    // If the options name regions, the list is not needed.
    if (wanted.length > 0) return named;
    const why = error instanceof ReadError ? error.message : String(error);
    const problem =
      (await explainHost(error instanceof ReadError ? error.cause : error)) ??
      'Lightsail did not list its regions; allow lightsail:GetRegions to these credentials, or name the regions with --region.';
    throw new CommandError(`${problem} The AWS SDK says: ${why}`, { cause: error });
  }
  const known = listed.filter((region) => region !== null);
  const unknown = wanted.filter((region) => !known.includes(region));
  const hasNameless = known.length < listed.length;
  if (!hasNameless && unknown.length > 0) {
    const near = [...new Set(unknown.flatMap((region) => findSimilarNames(region, known).slice(0, 1)))];
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? It has` : 'expected one of';
    throw new CommandError(`Lightsail has no region ${unknown.join(', ')}; ${hint} ${known.toSorted().join(', ')}.`);
  }
  return wanted.length > 0 ? named : { names: known, areNamed: false, hasNameless };
}
