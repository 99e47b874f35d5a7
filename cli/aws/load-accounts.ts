import { buildAccountStore } from '../../lambda/adapters/dynamodb-account-store.ts';
import type { LoadedAccounts } from '../../lambda/pass/interfaces.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import type { HistoryTable } from './history-table.ts';

/** The accounts that a monitor watches, or watched: one Query. `null`: the monitor watches only the account in which it is deployed. */
export async function loadAccounts(table: HistoryTable, monitor: string): Promise<LoadedAccounts | null> {
  const loaded = await buildAccountStore(table, monitor).loadAccounts();
  const { accounts, refused, pass, organization } = loaded;
  const isAny = accounts.length + refused.length > 0 || pass !== null || organization.failure !== null;
  return isAny ? loaded : null;
}

type OwnReader = Pick<DynamoDbHistoryReader, 'account' | 'loadLastScan' | 'loadSettingsAt'>;

/**
 * Finds since when a monitor that watched several accounts watches only its own account again. The registry of accounts stays in the table
 * then, but no pass begins, and scans of the own account go on. Returns that instant; `null`: the monitor watches several accounts. `own`:
 * the records of the account of the deployment.
 */
export async function findSingleSince({ pass }: LoadedAccounts, own: OwnReader, now: string): Promise<string | null> {
  const lastScan = await own.loadLastScan();
  if (lastScan === null || lastScan.startedAt <= (pass?.startedAt ?? '')) return null;
  const recorded = await own.loadSettingsAt(now);
  if (recorded?.settings.accounts !== null) return null;
  return pass?.endedAt ?? pass?.startedAt ?? recorded.at;
}

/**
 * The registry of a monitor that watches only its own account again: every other account counts as removed since `since`, without a
 * failure.
 */
export function endAccounts(several: LoadedAccounts, monitor: string, since: string): LoadedAccounts {
  const removed = { status: 'removed', since, removedBecause: 'not-configured', failure: null } as const;
  const accounts = several.accounts.map((one) => {
    if (one.account === monitor) return { ...one, status: 'watched' as const, removedBecause: null, failure: null };
    return one.status === 'removed' ? one : { ...one, ...removed };
  });
  return { ...several, accounts, pass: null, organization: { ...several.organization, failure: null } };
}
