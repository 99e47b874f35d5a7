/** The lease of the collector, the end of a pass, and the newest scan of each account. */
import pLimit from 'p-limit';
import { collectorKey, leaseKey, passKey } from '../contract/table-keys.ts';
import type { LastScan } from '../history/scan-note.ts';
import type { PassStore } from '../pass/interfaces.ts';
import { acquireLease, returnLease } from './acquire-lease.ts';
import { type DynamoDbTable, ifReadable } from './dynamodb-table.ts';
import { fromCollectorItem } from './items/collector-item.ts';
import { readLastScan } from './items/lease-item.ts';

/** With this number of concurrent reads, 1,000 accounts take about half a second. */
const readsAtOnce = 20;

/** `monitor`: the account of the deployment. */
export function buildPassStore(table: DynamoDbTable, monitor: string): PassStore {
  return {
    async takeCollectorLease(lease) {
      const result = await acquireLease(table, collectorKey(monitor), lease);
      return 'acquired' in result ? fromCollectorItem(result.acquired) : null;
    },

    async releaseCollectorLease({ holder, criticalAt, allAt }) {
      const set = { ...(criticalAt !== null && { criticalAt }), ...(allAt !== null && { allAt }) };
      await returnLease(table, collectorKey(monitor), holder, set);
    },

    async endPass(startedAt, endedAt, complete) {
      const ended = await table.update(passKey(monitor), {
        set: { endedAt, complete },
        ...ifReadable({
          condition: 'startedAt = :startedAt AND endedAt = :none',
          values: { ':startedAt': startedAt, ':none': null },
        }),
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
