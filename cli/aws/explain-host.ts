import { findSimilarNames } from '../../lib/similar-names.ts';

/**
 * Explains an error that comes from a wrong region name: the SDK refused the name, or the network did not find a host such as
 * `dynamodb.eu-wst-1.amazonaws.com`. `null`: any other error, or the region is a known region of Lightsail.
 */
export async function explainHost(error: unknown): Promise<string | null> {
  const refused = findRefusedRegion(error);
  const missing = findMissingRegion(error);
  const region = refused ?? missing;
  if (region === null) return null;
  // Loaded only here, because the SDK takes a tenth of a second to load.
  const { RegionName } = await import('@aws-sdk/client-lightsail');
  const known: string[] = Object.values(RegionName).sort();
  if (known.includes(region)) return null;
  const [nearest] = findSimilarNames(region, known);
  const what =
    refused === null
      ? `AWS has no region ${region}, or the network cannot find it`
      : `${JSON.stringify(region)} is not the name of a region`;
  const hint = nearest === undefined ? '.' : `; did you mean ${nearest}?`;
  return `${what}${hint} Correct the option, AWS_REGION or the profile; the regions of Lightsail known here are ${known.join(', ')}.`;
}

/** Returns the region that the SDK refused, because the name cannot be a part of a host name; `null`: `error` is another error. */
function findRefusedRegion(error: unknown): string | null {
  const message = error instanceof Error ? error.message : '';
  return /^Region not accepted: region="(.*)" is not a valid hostname component/s.exec(message)?.[1] ?? null;
}

function findMissingRegion(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('hostname' in error) || error.code !== 'ENOTFOUND')
    return null;
  return /\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(String(error.hostname))?.[1] ?? null;
}
