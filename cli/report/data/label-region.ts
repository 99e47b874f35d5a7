/** How the page names the place of an instance: its region, and with several accounts also the account before it. */
import { type AccountNames, labelAccount } from '../../questions/account-names.ts';

/** Stands between an account and a region. The filter of the page uses it to find an account. */
export const placeSeparator = ' · ';

export function labelRegion({ account, region }: { account: string; region: string }, names: AccountNames): string {
  return names === null ? region : `${labelAccount(names, account)}${placeSeparator}${region}`;
}

/** A gap of a whole account. */
export function labelAllRegions(account: string, names: AccountNames): string {
  return labelRegion({ account, region: 'everything' }, names);
}
