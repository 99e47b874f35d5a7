import type { LoadedAccounts } from '../../lambda/pass/interfaces.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';

type OwnReader = Pick<DynamoDbHistoryReader, 'loadLastScan' | 'loadSettingsAt'>;

/**
 * The table has a registry of accounts, but perhaps the configuration now has only the monitor account. Returns the approximate instant of
 * this change: the end of the last pass, if known. `null`: the records show no such change. After the change the registry stays in the
 * table, no pass starts, and the monitor account is still scanned. `own`: the records of the monitor account.
 */
export async function findSingleSince({ pass }: LoadedAccounts, own: OwnReader, now: string): Promise<string | null> {
  const lastScan = await own.loadLastScan();
  if (lastScan === null || lastScan.startedAt <= (pass?.startedAt ?? '')) return null;
  const recorded = await own.loadSettingsAt(now);
  if (recorded?.settings.accounts !== null) return null;
  return pass?.endedAt ?? pass?.startedAt ?? recorded.at;
}

/**
 * Changes the loaded registry for a monitor that watches only the monitor account again. Every other account that was still watched gets
 * the status `removed` since `since`. The pass becomes `null`, and so do the failures of watched accounts and of the organisation.
 */
export function endAccounts(several: LoadedAccounts, monitor: string, since: string): LoadedAccounts {
  const removed = { status: 'removed', since, removedBecause: 'not-configured', failure: null } as const;
  const accounts = several.accounts.map((one) => {
    if (one.account === monitor) return { ...one, status: 'watched' as const, removedBecause: null, failure: null };
    return one.status === 'removed' ? one : { ...one, ...removed };
  });
  return { ...several, accounts, pass: null, organization: { ...several.organization, failure: null } };
}
