import { buildAccountStore } from '../../lambda/adapters/dynamodb-account-store.ts';
import type { LoadedAccounts } from '../../lambda/pass/interfaces.ts';
import type { HistoryTable } from './history-table.ts';

/** The accounts that a monitor watches or watched; `null`: only the account in which it is deployed. One Query. */
export async function loadAccounts(table: HistoryTable, monitor: string): Promise<LoadedAccounts | null> {
  const loaded = await buildAccountStore(table, monitor).loadAccounts();
  const { accounts, refused, pass, organization } = loaded;
  const isAny = accounts.length + refused.length > 0 || pass !== null || organization.failure !== null;
  return isAny ? loaded : null;
}
