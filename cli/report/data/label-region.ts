/** How the page names the place of an instance: its region, and among several accounts the account before it. */
import { type AccountNames, labelAccount } from '../../questions/account-names.ts';

/** Between an account and a region; the filter of the page finds an account by it. */
export const placeSeparator = ' · ';

export function labelRegion({ account, region }: { account: string; region: string }, names: AccountNames): string {
  return names === null ? region : `${labelAccount(names, account)}${placeSeparator}${region}`;
}

/** A gap of a whole account. */
export function labelAllRegions(account: string, names: AccountNames): string {
  return labelRegion({ account, region: 'everything' }, names);
}
