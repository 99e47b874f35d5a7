/**
 * A table of one monitor for several accounts, built cheaply: each account has the same instances, that a scan at `readAt` read and
 * confirmed. The items go through the codecs of the product.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { WatchedAccount } from '../../lambda/accounts/watched-account.ts';
import { buildAccountStore } from '../../lambda/adapters/dynamodb-account-store.ts';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import { exposureOf, type PortState } from '../../lambda/firewall/index.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import { commitOf, entryOf } from '../scan/entries.ts';
import { someFacts } from '../scan/samples.ts';

export interface AccountPlan {
  account: string;
  name: string;
  /** By name; all are in eu-west-1. */
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
  const store = buildAccountStore(new DynamoDbTable(client, tableName), monitor);
  for (const account of accounts) await store.saveAccount(account);
}

export async function writeAccount(client: DynamoDBClient, tableName: string, plan: AccountPlan): Promise<void> {
  const store = buildFleetStore(client, tableName);
  const { account, instances, readAt, lastScanAt } = plan;
  await putResource(store, { account, region, instanceName: null }, null, readAt);
  for (const [instanceName, rules] of Object.entries(instances))
    await putResource(store, { account, region, instanceName }, rules, readAt);
  if (lastScanAt !== null) await putLastScan(store, account, lastScanAt, Object.keys(instances).length);
}

async function putResource(
  store: FleetStore,
  resource: Resource,
  rules: PortState[] | null,
  readAt: string,
): Promise<void> {
  const isRegion = rules === null;
  const entry: HistoryEntry = entryOf(resource, 1, readAt, {
    kind: 'baseline',
    rules,
    opened: rules === null ? [] : exposureOf({ rules }).reach,
    closed: [],
    verdict: null,
    reason: 'first seen',
  });
  await store.putEntry(entry);
  const instance = isRegion ? null : someFacts;
  const commit = commitOf(entry, {
    status: 'known',
    instance,
    rules,
    rulesAt: isRegion ? null : readAt,
    seenAt: readAt,
    firstSeenAt: readAt,
    baselinedAt: isRegion ? readAt : null,
    failure: null,
  });
  await store.createState({ ...commit, recorded: 1, alerted: 1, pending: null });
}

async function putLastScan(store: FleetStore, account: string, startedAt: string, instances: number): Promise<void> {
  const scan = { startedAt, complete: true, regionsListed: [region], notRead: [] };
  const counts = { instancesListed: instances, instancesRead: instances, changes: 0, alerts: 0 };
  const endedAt = new Date(Date.parse(startedAt) + 500).toISOString();
  await store.putScan({ ...scan, ...counts, account, endedAt, regionsFailed: {} }, null);
  await store.takeLease({ account, holder: 'fixture', now: 0, until: 1 });
  await store.releaseLease({ account, holder: 'fixture', lastScan: scan, allIsWellAt: null, settingsHash: null });
}
