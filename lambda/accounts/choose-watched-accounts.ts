/** Chooses the accounts to watch, from the configuration and the listing of the organisation. Pure. */
import type { WatchedAccounts } from '../contract/settings-schema.ts';
import { compareText } from '../history/compare-text.ts';
import type { RemovalReason } from './decide-account.ts';
import type { WatchedAccount } from './watched-account.ts';

type OrganizationAccounts = Extract<WatchedAccounts, { organization: string }>;

export interface ListedAccount {
  account: string;
  /** The name of the account in AWS Organizations. Messages must make the name printable, because it can be any text. */
  name: string;
  /** False: suspended, closed, or not activated yet. */
  isActive: boolean;
}

export type ChosenAccount = Pick<WatchedAccount, 'account' | 'name'>;

/**
 * Returns each account once, in the order of the ids. `listing`: the accounts of the organisation, or of the configured units; empty if the
 * configuration lists ids. `monitor`: the account of the deployment.
 *
 * If the configuration lists ids, the monitor account gets the name in `monitor`. Every other account gets its id as name.
 */
export function chooseWatchedAccounts(
  configured: WatchedAccounts,
  listing: readonly ListedAccount[],
  monitor: ChosenAccount,
): ChosenAccount[] {
  const chosen = isOrganization(configured)
    ? listing
        .filter(({ account, isActive }) => isActive && !isExcepted(configured, account))
        .map(({ account, name }) => ({ account, name: name || account }))
    : configured.map((account) => ({ account, name: account === monitor.account ? monitor.name : account }));
  const byId = new Map(chosen.map((one) => [one.account, one]));
  return [...byId.values()].sort((a, b) => compareText(a.account, b.account));
}

/** Returns the reason why `chooseWatchedAccounts` did not choose an account. */
export function explainRemoval(
  account: string,
  configured: WatchedAccounts,
  listing: readonly ListedAccount[],
): RemovalReason {
  if (!isOrganization(configured) || isExcepted(configured, account)) return 'not-configured';
  return listing.some((one) => one.account === account) ? 'suspended' : 'left';
}

/** True if the configuration names an organisation, and false if it lists the ids of accounts. */
export const isOrganization = (configured: WatchedAccounts): configured is OrganizationAccounts =>
  'organization' in configured;

const isExcepted = ({ except = [] }: OrganizationAccounts, account: string): boolean => except.includes(account);
