import { findSimilarNames } from '../../lib/similar-names.ts';

/**
 * Returns a sentence if a host name was not found, and Lightsail does not know the region in the name (`dynamodb.eu-wst-1.amazonaws.com`);
 * `null` for any other error. A deployment can be in a region without Lightsail: such a region is an error only if its host was not found.
 */
export async function explainHost(error: unknown): Promise<string | null> {
  if (!(error instanceof Error) || !('code' in error) || !('hostname' in error)) return null;
  const region = /\.([a-z]{2}(?:-[a-z]+)+-\d+)\./.exec(String(error.hostname))?.[1];
  if (error.code !== 'ENOTFOUND' || region === undefined) return null;
  // Loaded only here, because loading the SDK takes a tenth of a second.
  const { RegionName } = await import('@aws-sdk/client-lightsail');
  const known = Object.values(RegionName);
  if (known.some((name) => name === region)) return null;
  const [nearest] = findSimilarNames(region, known);
  const hint = nearest === undefined ? 'check its name.' : `did you mean ${nearest}?`;
  return `AWS has no region ${region}, or the network cannot find it; ${hint}`;
}
