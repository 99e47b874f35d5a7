import type { LoadedAccounts } from '../../lambda/pass/interfaces.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';

type OwnReader = Pick<DynamoDbHistoryReader, 'loadLastScan' | 'loadSettingsAt'>;

/**
 * Returns the instant since when a monitor that watched several accounts watches only its own account again; `null`: the records do not
 * show that. After such a change the registry stays in the table, no pass begins, and scans of the own account go on. `own`: the records of
 * the account of the deployment.
 */
export async function findSingleSince({ pass }: LoadedAccounts, own: OwnReader, now: string): Promise<string | null> {
  const lastScan = await own.loadLastScan();
  if (lastScan === null || lastScan.startedAt <= (pass?.startedAt ?? '')) return null;
  const recorded = await own.loadSettingsAt(now);
  if (recorded?.settings.accounts !== null) return null;
  return pass?.endedAt ?? pass?.startedAt ?? recorded.at;
}

/**
 * Returns the registry of a monitor that watches only its own account again. Every other account that was still watched becomes removed at
 * `since`. The pass and the failures of the watched accounts and of the organisation become `null`.
 */
export function endAccounts(several: LoadedAccounts, monitor: string, since: string): LoadedAccounts {
  const removed = { status: 'removed', since, removedBecause: 'not-configured', failure: null } as const;
  const accounts = several.accounts.map((one) => {
    if (one.account === monitor) return { ...one, status: 'watched' as const, removedBecause: null, failure: null };
    return one.status === 'removed' ? one : { ...one, ...removed };
  });
  return { ...several, accounts, pass: null, organization: { ...several.organization, failure: null } };
}
