import type { Departed } from '../../lambda/scan/interfaces.ts';
import { CommandError } from '../command-error.ts';
import { labelAccount } from '../questions/account-names.ts';
import type { Fleet } from './history-reader.ts';
import type { Deployment } from './open-deployment.ts';

type Records = Pick<Fleet, 'states' | 'refused' | 'lastScan'> & { departed?: readonly Departed[] };

function hasRecords({ states, refused, lastScan, departed = [] }: Records): boolean {
  return states.length + refused.length + departed.length > 0 || lastScan !== null;
}

/** Throws CommandError if the table has no records of any of the `accounts`. */
export function refuseWithoutRecords(
  place: Pick<Deployment, 'tableName' | 'names'> & { accounts: readonly { account: string }[] },
  loaded: readonly { fleet: Records }[],
): void {
  if (loaded.some(({ fleet }) => hasRecords(fleet))) return;
  const { tableName, accounts, names } = place;
  const [only, ...more] = accounts;
  const whose =
    only !== undefined && more.length === 0
      ? `account ${labelAccount(names, only.account)}`
      : 'the accounts of the monitor';
  throw new CommandError(
    `Table ${tableName} has no items of ${whose} yet; wait for the first scan, or start one with npm run portwatch -- scan --deployed.`,
  );
}
