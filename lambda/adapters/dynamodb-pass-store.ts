/** The lease of the collector, the end of a pass, and the newest scan of each account. */
import pLimit from 'p-limit';
import { collectorKey, leaseKey, passKey } from '../contract/table-keys.ts';
import { toInstant } from '../history/instants.ts';
import type { LastScan, PassStore } from '../scan/interfaces.ts';
import type { DynamoDbTable } from './dynamodb-table.ts';
import { fromCollectorItem } from './items/collector-item.ts';
import { readLastScan } from './items/lease-item.ts';
import { checkSchemaVersion, schemaVersion } from './items/read-item.ts';

/** Reads of lease items at the same time: 1,000 accounts take about half a second. */
const readsAtOnce = 20;
const schemaName = { '#schema': 'schema' };

/** `monitor`: the account of the deployment. */
export function buildPassStore(table: DynamoDbTable, monitor: string): PassStore {
  return {
    async takeCollectorLease({ holder, now, until }) {
      const taken = await table.update(collectorKey(monitor), {
        set: { holder, leaseUntil: toInstant(until), schema: schemaVersion },
        condition:
          '(attribute_not_exists(holder) OR leaseUntil < :now OR holder = :me) AND (attribute_not_exists(#schema) OR #schema <= :reads)',
        names: schemaName,
        values: { ':now': toInstant(now), ':me': holder, ':reads': schemaVersion },
        returnNew: true,
      });
      if (taken.written) return fromCollectorItem(taken.item);
      if (taken.found !== null) checkSchemaVersion(taken.found);
      return null;
    },

    async releaseCollectorLease({ holder, criticalAt, allAt }) {
      await table.update(collectorKey(monitor), {
        set: { ...(criticalAt !== null && { criticalAt }), ...(allAt !== null && { allAt }) },
        remove: ['holder', 'leaseUntil'],
        condition: 'holder = :me',
        values: { ':me': holder },
      });
    },

    async endPass(startedAt, endedAt, complete) {
      const ended = await table.update(passKey(monitor), {
        set: { endedAt, complete },
        condition: 'startedAt = :startedAt AND endedAt = :none AND #schema <= :reads',
        names: schemaName,
        values: { ':startedAt': startedAt, ':none': null, ':reads': schemaVersion },
      });
      return ended.written;
    },

    async loadLastScans(accounts) {
      const limit = pLimit(readsAtOnce);
      const load = async (account: string): Promise<[string, LastScan][]> => {
        const item = await table.get(leaseKey(account));
        const lastScan = item === null ? null : readLastScan(item);
        return lastScan === null ? [] : [[account, lastScan]];
      };
      const found = await Promise.all(accounts.map((account) => limit(() => load(account))));
      return new Map(found.flat());
    },
  };
}
