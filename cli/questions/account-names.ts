import type { Resource } from '../../lambda/history/entry.ts';

/** The name of each account by its id; `null`: the deployment watches one account, and answers do not name the account. */
export type AccountNames = ReadonlyMap<string, string> | null;

/** The account fields of a resource in JSON. If the deployment watches one account, there are no such fields. */
export function accountFields(
  names: AccountNames,
  account: string,
): { account: string; accountName: string } | Record<string, never> {
  return names === null ? {} : { account, accountName: nameOf(names, account) };
}

/** The fields that name a resource in JSON. */
export const resourceFields = ({ account, region, instanceName }: Resource, names: AccountNames) => ({
  ...accountFields(names, account),
  region,
  instanceName,
});

const nameOf = (names: ReadonlyMap<string, string>, account: string): string => names.get(account) ?? account;

/** Returns `prod (111122223333)`. For an account without a name, returns only the id. */
export function labelAccount(names: AccountNames, account: string): string {
  const name = names === null ? account : nameOf(names, account);
  return name === account ? account : `${name} (${account})`;
}
