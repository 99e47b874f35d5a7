/**
 * Decides to which account an alert belongs. In a digest about several accounts, each alert names its account. An alert that names no
 * account belongs to the account of the digest.
 */
import type { Alert, Digest } from '../contract/json-event.ts';
import type { DecidedAlert } from './decide-alerts.ts';
import type { ShowText } from './describe-attribution.ts';

/** `accountName`: the name in the organisation or in the configuration; the id if there is no name. */
export function nameAccount(
  alerts: readonly DecidedAlert[],
  { account, accountName }: { account: string; accountName: string },
): DecidedAlert[] {
  return alerts.map((alert) => ({ account, accountName, ...alert }));
}

export function listAccounts(alerts: readonly Pick<Alert, 'account'>[]): string[] {
  return [...new Set(alerts.flatMap(({ account }) => account ?? []))];
}

/** Returns the account that the alert names, or else `place`, the account of the digest. */
export function accountOf(
  { account, accountName }: Pick<Alert, 'account' | 'accountName'>,
  place: Pick<Digest, 'account' | 'name'>,
): Pick<Digest, 'account' | 'name'> {
  return account === undefined ? place : { account, name: accountName ?? account };
}

/** The account that begins a line about an instance: `111122223333 (web)  `. Empty if only one account is watched. */
export function showAccount({ account, accountName }: Pick<Alert, 'account' | 'accountName'>, show: ShowText): string {
  if (account === undefined) return '';
  const own = accountName === undefined || accountName === account ? '' : ` (${show(accountName, 80)})`;
  return `${show(account, 20)}${own}  `;
}
