/**
 * A table of one monitor for several accounts, built quickly: each account has the same instances, which a scan at `readAt` read and
 * confirmed. The items go through the codecs of the product.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { WatchedAccount } from '../../lambda/accounts/watched-account.ts';
import { buildAccountStore } from '../../lambda/adapters/dynamodb-account-store.ts';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import type { PortState } from '../../lambda/firewall/index.ts';
import { baselineOf, saveEntry } from '../scan/entries.ts';
import { saveNewestScan, scanRecordOf } from '../scan/scan-records.ts';
import { writeInBatches } from './write-in-batches.ts';

export interface AccountPlan {
  account: string;
  name: string;
  /** By name. All instances are in eu-west-1. */
  instances: Readonly<Record<string, PortState[]>>;
  /** The instant of the first read, and of the last scan; `null`: the account was never scanned. */
  readAt: string;
  lastScanAt: string | null;
}

const region = 'eu-west-1';

export function watchedOf(account: string, name: string, fields: Partial<WatchedAccount> = {}): WatchedAccount {
  return {
    account,
    name,
    status: 'watched',
    since: '2026-11-01T00:00:00.000Z',
    removedBecause: null,
    isRemovalAlerted: true,
    failure: null,
    version: 1,
    ...fields,
  };
}

export async function writeRegistry(
  client: DynamoDBClient,
  tableName: string,
  monitor: string,
  accounts: readonly WatchedAccount[],
): Promise<void> {
  await writeInBatches(client, async (collector) => {
    const store = buildAccountStore(new DynamoDbTable(collector, tableName), monitor);
    for (const account of accounts) await store.saveAccount(account);
  });
}

export async function writeAccount(client: DynamoDBClient, tableName: string, plan: AccountPlan): Promise<void> {
  const { account, instances, readAt, lastScanAt } = plan;
  await writeInBatches(client, async (collector) => {
    const store = buildFleetStore(collector, tableName);
    await saveEntry(store, baselineOf({ account, region, instanceName: null }, readAt, null));
    for (const [instanceName, rules] of Object.entries(instances))
      await saveEntry(store, baselineOf({ account, region, instanceName }, readAt, rules));
  });
  const count = Object.keys(instances).length;
  if (lastScanAt !== null)
    await saveNewestScan(
      buildFleetStore(client, tableName),
      scanRecordOf(account, lastScanAt, { instancesListed: count, instancesRead: count }),
    );
}
