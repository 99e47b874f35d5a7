/**
 * The registry of accounts in the table: an item for each account, one for the organisation, and one for the newest pass. An account or the
 * organisation is written only if no other writer has changed its item.
 */
import { accountSchema, type OrganizationState, organizationSchema } from '../accounts/watched-account.ts';
import { accountKey, accountsPartition, isMonitorRecord, organizationKey, passKey } from '../contract/table-keys.ts';
import { ItemError } from '../history/read-errors.ts';
import { type AccountStore, type LoadedAccounts, passSchema } from '../pass/interfaces.ts';
import { type Condition, type DynamoDbTable, ifReadable, isAbsent, isReadable } from './dynamodb-table.ts';
import { type Item, readEach, readItem, readOrNull, toItem } from './items/read-item.ts';

/** `monitor`: the account of the deployment. */
export function buildAccountStore(table: DynamoDbTable, monitor: string): AccountStore {
  const save = async (item: Item, version: number): Promise<boolean> =>
    (await table.put(item, version === 1 ? isAbsent : hasVersion(version - 1))).written;
  return {
    async loadAccounts() {
      return readRegistry(await table.queryAll({ partition: accountsPartition(monitor), oldestFirst: true }), monitor);
    },
    async loadAccount(account) {
      const item = await table.get(accountKey(monitor, account));
      return item === null ? null : readItem(item, accountSchema);
    },
    saveAccount: (account) => save(toItem(accountKey(monitor, account.account), account), account.version),
    saveOrganization: (state) => save(toItem(organizationKey(monitor), state), state.version),
    async savePass(pass) {
      const { written } = await table.put(toItem(passKey(monitor), pass), isReadable);
      if (!written) throw new ItemError('a newer version of Portwatch wrote the pass; it is left as it is');
    },
  };
}

function hasVersion(version: number): Condition {
  const names = { '#version': 'version' };
  return ifReadable({ condition: '#version = :version', names, values: { ':version': version } });
}

/**
 * A damaged record of the organisation counts as no failure, and the next record replaces it if its `version` is a
 * number. Otherwise each pass would count failures from zero, and alert about each or none. A record of a newer version is not replaced.
 */
function readOrganization(record: Item | undefined): OrganizationState {
  const state = record && readOrNull(() => readItem(record, organizationSchema));
  if (state) return state;
  const version = record?.['version'];
  return { failure: null, version: typeof version === 'number' ? version : 0 };
}

/** An unreadable record of the pass counts as missing. */
function readRegistry(items: readonly Item[], monitor: string): LoadedAccounts {
  const recordOf = (sk: string) => items.find((item) => item['sk'] === sk);
  const pass = recordOf(passKey(monitor).sk);
  const accounts = items.filter((item) => !isMonitorRecord(item));
  const { found, refused } = readEach(accounts, (item) => readItem(item, accountSchema));
  return {
    accounts: found,
    refused,
    organization: readOrganization(recordOf(organizationKey(monitor).sk)),
    pass: (pass && readOrNull(() => readItem(pass, passSchema))) ?? null,
  };
}
