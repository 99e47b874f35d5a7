/** The outbox in the table: groups of alerts of all accounts, which wait for the collector. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { outboxPartition, tableNames } from '../contract/table-keys.ts';
import type { LoadedGroups, OutboxStore } from '../pass/interfaces.ts';
import { type Condition, DynamoDbTable, endOfKey, ifReadable, isAbsent } from './dynamodb-table.ts';
import { fromOutboxItem, toOutboxItem } from './items/outbox-item.ts';
import { readEach } from './items/read-item.ts';

/** Limits the memory, because one group can have a million characters. */
const maxLoadedChars = 8_000_000;

const isPresent: Condition = { condition: `attribute_exists(${tableNames.partitionKey})` };
/** The condition to replace a group: the group is stored, and no newer version of Portwatch wrote it. */
const isReplaceable = ifReadable(isPresent);

/** `monitor`: the account of the deployment. */
export function buildOutboxStore(client: DynamoDBClient, tableName: string, monitor: string): OutboxStore {
  const table = new DynamoDbTable(client, tableName);
  const partition = outboxPartition(monitor);
  return {
    async putGroup(group) {
      const item = toOutboxItem(monitor, group);
      const put = await table.put(item, isAbsent);
      // `isReplaceable`, because a group that the collector published and deleted meanwhile must not come back.
      if (!put.written) await table.put({ ...item, at: put.found?.['at'] ?? item['at'] }, isReplaceable);
    },

    async loadGroups(after, limit, criticalOnly) {
      const loaded: LoadedGroups = { groups: [], refused: [], nextAfter: null };
      const from = after === null ? ' ' : `${after} `;
      const until = criticalOnly ? `0#${endOfKey}` : endOfKey;
      let chars = 0;
      const pageSize = Math.min(limit, 100);
      for await (const item of table.query({ partition, from, until, oldestFirst: true, pageSize })) {
        const key = String(item['sk']);
        const { found, refused } = readEach([item], fromOutboxItem);
        loaded.groups.push(...found);
        loaded.refused.push(...refused);
        for (const { alerts } of found) chars += JSON.stringify(alerts).length;
        if (loaded.groups.length >= limit || chars > maxLoadedChars) return { ...loaded, nextAfter: key };
      }
      return loaded;
    },

    async loadOldestAt() {
      const instants: string[] = [];
      for await (const { at } of table.query({ partition, oldestFirst: true, fields: ['at'] })) {
        if (typeof at === 'string') instants.push(at);
      }
      return instants.sort()[0] ?? null;
    },

    deleteGroup: async (key) => void (await table.delete({ pk: partition, sk: key }, isPresent)),
  };
}
