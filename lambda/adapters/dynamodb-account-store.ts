/** The registry of the accounts of one monitor: one item for each account, conditional on its version, and the newest pass. */
import type { OrganizationState } from '../accounts/watched-account.ts';
import { accountKey, accountsPartition, isMonitorRecord, organizationKey, passKey } from '../contract/table-keys.ts';
import { type AccountStore, ItemError, type LoadedAccounts } from '../scan/interfaces.ts';
import { type Condition, type DynamoDbTable, isAbsent } from './dynamodb-table.ts';
import {
  fromAccountItem,
  fromOrganizationItem,
  fromPassItem,
  toAccountItem,
  toOrganizationItem,
  toPassItem,
} from './items/account-item.ts';
import { type Item, readOrNull, schemaVersion, toRefusedItem } from './items/read-item.ts';

const noFailure: OrganizationState = { failure: null, version: 0 };

/** `monitor`: the account of the deployment. */
export function buildAccountStore(table: DynamoDbTable, monitor: string): AccountStore {
  const save = async (item: Item, version: number): Promise<boolean> =>
    (await table.put(item, version === 1 ? isAbsent : hasVersion(version - 1))).written;
  return {
    async loadAccounts() {
      const items: Item[] = [];
      for await (const item of table.query({ partition: accountsPartition(monitor), oldestFirst: true }))
        items.push(item);
      return readRegistry(items, monitor);
    },
    async loadAccount(account) {
      const item = await table.get(accountKey(monitor, account));
      return item === null ? null : fromAccountItem(item);
    },
    saveAccount: (account) => save(toAccountItem(monitor, account), account.version),
    saveOrganization: (state) => save(toOrganizationItem(monitor, state), state.version),
    async savePass(pass) {
      const { written } = await table.put(toPassItem(monitor, pass), {
        condition: `${isAbsent.condition} OR #schema <= :reads`,
        ...readable,
      });
      if (!written) throw new ItemError('a newer version of Portwatch wrote the pass; it is left as it is');
    },
  };
}

const readable = { names: { '#schema': 'schema' }, values: { ':reads': schemaVersion } };

function hasVersion(version: number): Condition {
  return {
    condition: '#version = :version AND #schema <= :reads',
    names: { ...readable.names, '#version': 'version' },
    values: { ...readable.values, ':version': version },
  };
}

/** If the record of the organisation cannot be read, the pass goes on as if this record had never been stored. */
function readRegistry(items: readonly Item[], monitor: string): LoadedAccounts {
  const loaded: LoadedAccounts = { accounts: [], refused: [], organization: noFailure, pass: null };
  const recordOf = (sk: string) => items.find((item) => item['sk'] === sk);
  const organization = recordOf(organizationKey(monitor).sk);
  const pass = recordOf(passKey(monitor).sk);
  if (organization !== undefined)
    loaded.organization = readOrNull(() => fromOrganizationItem(organization)) ?? noFailure;
  if (pass !== undefined) loaded.pass = readOrNull(() => fromPassItem(pass));
  for (const item of items.filter((one) => !isMonitorRecord(one))) {
    try {
      loaded.accounts.push(fromAccountItem(item));
    } catch (error) {
      loaded.refused.push(toRefusedItem(item, error));
    }
  }
  return loaded;
}
