import type { WatchedAccount } from '../../lambda/accounts/watched-account.ts';
import { compareText } from '../../lambda/history/compare-text.ts';
import type { LoadedAccounts } from '../../lambda/pass/interfaces.ts';
import { findSimilarNames } from '../../lib/similar-names.ts';
import { CommandError } from '../command-error.ts';
import { type AccountNames, labelAccount } from '../questions/account-names.ts';
import { listSome } from '../text/list-some.ts';
import { renderAccount } from '../text/render-place.ts';

interface ChosenAccount {
  account: string;
  watched: WatchedAccount | null;
}

const maxAccountsInError = 8;

/**
 * Returns the accounts that a command must read, sorted by name.
 *
 * - `wanted`: the id of `--account`; `null`: every account. If the table does not know this account, throws CommandError with a list of the
 *   known accounts, the most similar first.
 * - `monitor`: the account in which Portwatch is deployed. If the registry lacks `monitor`, but `hasRecords` is true for it, `monitor` is
 *   included: it was watched before the registry existed.
 * - `several`: the registry of accounts; `null`: `monitor` is the only account. Accounts whose item in the registry cannot be read are
 *   included.
 */
export async function chooseAccountsOfQuestion(
  wanted: string | null,
  monitor: string,
  several: LoadedAccounts | null,
  hasRecords: (account: string) => Promise<boolean>,
): Promise<ChosenAccount[]> {
  const listed = several === null ? [] : listAccounts(several);
  const isListed = listed.some(({ account }) => account === monitor);
  const isIncluded = several === null || (!isListed && (await hasRecords(monitor)));
  const known = isIncluded ? [...listed, { account: monitor, watched: null }] : listed;
  const names = several === null ? null : nameAccounts(several);
  if (wanted === null) return sortByName(known, names);
  const chosen = known.filter(({ account }) => account === wanted);
  if (chosen.length > 0) return chosen;
  throw new CommandError(`The table knows no account ${wanted}; ${describeKnown(wanted, known, names)}`);
}

function listAccounts({ accounts, refused }: LoadedAccounts): ChosenAccount[] {
  const unread = refused.filter(({ key }) => /^\d{12}$/.test(key)).map(({ key }) => ({ account: key, watched: null }));
  return [...accounts.map((watched) => ({ account: watched.account, watched })), ...unread];
}

function sortByName(known: readonly ChosenAccount[], names: AccountNames): ChosenAccount[] {
  return known.toSorted((a, b) => compareText(labelAccount(names, a.account), labelAccount(names, b.account)));
}

export const nameAccounts = ({ accounts }: LoadedAccounts): AccountNames =>
  new Map(accounts.map(({ account, name }) => [account, name]));

function describeKnown(wanted: string, known: readonly ChosenAccount[], names: AccountNames): string {
  if (known.length === 0) return 'it knows none yet: npm run portwatch -- doctor shows why.';
  const ids = known.map(({ account }) => account);
  const near = findSimilarNames(wanted, ids);
  const ordered = [...near, ...ids.filter((id) => !near.includes(id))];
  const labels = ordered.map((id) => renderAccount(id, names));
  return `it knows ${listSome(labels, maxAccountsInError)}.`;
}
