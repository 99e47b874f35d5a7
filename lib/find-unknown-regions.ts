/** Finds regions of the configuration that Lightsail does not have. The monitor would try to read a misspelt region for ever. */
import { findSimilarNames } from './similar-names.ts';

/**
 * The regions of Lightsail, from `RegionName` of @aws-sdk/client-lightsail. Only a deployment refuses unknown regions. The functions accept
 * any region, so that they can read the settings of a later version of Portwatch.
 */
export const lightsailRegions: readonly string[] = (
  'ap-east-1 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ca-central-1 ' +
  'eu-central-1 eu-north-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2'
).split(' ');

/** Returns one line for each unknown region in `regions`, `eventRegions`, `expected` and `approved`. Other settings are not checked. */
export function findUnknownRegions({
  regions,
  eventRegions,
  expected,
  approved,
}: Readonly<{ regions?: unknown; eventRegions?: unknown; expected?: unknown; approved?: unknown }>): string[] {
  return [
    ...listOf(regions).map((region, index) => [`regions.${index}`, region] as const),
    ...listOf(eventRegions).map((region, index) => [`eventRegions.${index}`, region] as const),
    ...listOf(expected).map((entry, index) => [`expected.${index}.region`, regionOf(entry)] as const),
    ...listOf(approved).map((entry, index) => [`approved.${index}.region`, regionOf(entry)] as const),
  ].flatMap(([key, region]) => (isUnknown(region) ? [describe(key, region)] : []));
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const regionOf = (entry: unknown): unknown =>
  typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'region') : undefined;

/** Only text that looks like a region is checked here. The schema reports all other values. */
const isUnknown = (region: unknown): region is string =>
  typeof region === 'string' && /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(region) && !lightsailRegions.includes(region);

function describe(key: string, region: string): string {
  const [nearest] = findSimilarNames(region, lightsailRegions);
  const advice = nearest ? `Did you mean ${nearest}?` : `Known are: ${lightsailRegions.join(', ')}.`;
  return (
    `${key}: got "${region}", expected a region of Lightsail. ${advice} If Lightsail has come to this region since this version of ` +
    'Portwatch, add the region to lib/find-unknown-regions.ts.'
  );
}
