/** Builds the label of a place: the region, and with several accounts the account in front of the region. */
import { type AccountNames, labelAccount } from '../../questions/account-names.ts';

/** Stands between an account and a region. The filter of the page finds the account by this separator. */
export const placeSeparator = ' · ';

export function labelRegion({ account, region }: { account: string; region: string }, names: AccountNames): string {
  return names === null ? region : `${labelAccount(names, account)}${placeSeparator}${region}`;
}

/**
 * Returns the label of the account or accounts of the report. `account`, `name`: the monitor account. `accounts`: the ids of the accounts
 * of the report.
 */
export function labelScope(
  { account, name, names }: { account: string; name: string | null; names: AccountNames },
  accounts: readonly string[],
): string {
  const [only, ...more] = accounts;
  if (names === null || only === undefined) return name === null ? `account ${account}` : `${name}, account ${account}`;
  const monitor = `monitor in account ${account}`;
  return more.length === 0
    ? `account ${labelAccount(names, only)}, ${monitor}`
    : `${accounts.length} accounts, ${monitor}`;
}

/** The label of a gap of a whole account. */
export function labelAllRegions(account: string, names: AccountNames): string {
  return labelRegion({ account, region: 'everything' }, names);
}
