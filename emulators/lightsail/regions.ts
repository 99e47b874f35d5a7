interface RegionFacts {
  name: string;
  displayName: string;
  continentCode: string;
}

/** The SDK's `RegionName` (client-lightsail 3.1164) has 20 names: these 16, and the four opt-in regions below. */
const withoutOptIn: RegionFacts[] = [
  { name: 'us-east-1', displayName: 'Virginia', continentCode: 'NA' },
  { name: 'us-east-2', displayName: 'Ohio', continentCode: 'NA' },
  { name: 'us-west-1', displayName: 'California', continentCode: 'NA' },
  { name: 'us-west-2', displayName: 'Oregon', continentCode: 'NA' },
  { name: 'ca-central-1', displayName: 'Montreal', continentCode: 'NA' },
  { name: 'sa-east-1', displayName: 'Sao Paulo', continentCode: 'SA' },
  { name: 'eu-west-1', displayName: 'Ireland', continentCode: 'EU' },
  { name: 'eu-west-2', displayName: 'London', continentCode: 'EU' },
  { name: 'eu-west-3', displayName: 'Paris', continentCode: 'EU' },
  { name: 'eu-central-1', displayName: 'Frankfurt', continentCode: 'EU' },
  { name: 'eu-north-1', displayName: 'Stockholm', continentCode: 'EU' },
  { name: 'ap-south-1', displayName: 'Mumbai', continentCode: 'AS' },
  { name: 'ap-southeast-1', displayName: 'Singapore', continentCode: 'AS' },
  { name: 'ap-southeast-2', displayName: 'Sydney', continentCode: 'OC' },
  { name: 'ap-northeast-1', displayName: 'Tokyo', continentCode: 'AS' },
  { name: 'ap-northeast-2', displayName: 'Seoul', continentCode: 'AS' },
];

/** Opt-in regions: every region since Hong Kong (2019) must be enabled in an account before it answers requests. */
const optIn: RegionFacts[] = [
  { name: 'ap-east-1', displayName: 'Hong Kong', continentCode: 'AS' },
  { name: 'ap-southeast-3', displayName: 'Jakarta', continentCode: 'AS' },
  { name: 'ap-southeast-5', displayName: 'Malaysia', continentCode: 'AS' },
  { name: 'eu-south-2', displayName: 'Spain', continentCode: 'EU' },
];

export const allRegionNames = [...withoutOptIn, ...optIn].map((region) => region.name);
export const optInRegionNames = optIn.map((region) => region.name);

/** Describes a region. AWS adds regions, so an unknown region has its name as display name. */
export function describeRegion(name: string, includeZones: boolean): Record<string, unknown> {
  const facts = [...withoutOptIn, ...optIn].find((region) => region.name === name);
  const displayName = facts?.displayName ?? name;
  return {
    continentCode: facts?.continentCode ?? 'NA',
    description: `This region is recommended to serve users near ${displayName}`,
    displayName,
    name,
    availabilityZones: includeZones ? ['a', 'b'].map((zone) => ({ zoneName: name + zone, state: 'available' })) : [],
    relationalDatabaseAvailabilityZones: [],
  };
}
