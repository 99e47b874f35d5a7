/** The lease of an account, for full scans and event scans. The lease item also has data for the next scan. */
import { leaseKey } from '../contract/table-keys.ts';
import type { LastScan } from '../history/scan-note.ts';
import type { FleetStore, LeaseHolder, LeaseRequest } from '../scan/interfaces.ts';
import { acquireLease, returnLease } from './acquire-lease.ts';
import type { DynamoDbTable } from './dynamodb-table.ts';
import { fromEventLeaseItem, fromLeaseItem } from './items/lease-item.ts';
import type { Item } from './items/read-item.ts';

export function buildLeaseStore(table: DynamoDbTable) {
  /** Returns the lease item, or the kind of the other scan that has the lease. */
  const take = async (lease: LeaseRequest, leaseFor: LeaseHolder): Promise<Item | LeaseHolder> => {
    const result = await acquireLease(table, leaseKey(lease.account), lease, {
      set: { leaseFor },
      add: { scanNumber: leaseFor === 'scan' ? 1 : 0 },
    });
    if ('acquired' in result) return result.acquired;
    return result.found?.['leaseFor'] === 'events' ? 'events' : 'scan';
  };

  const release = ({ account, holder }: { account: string; holder: string }, set: Item): Promise<void> =>
    returnLease(table, leaseKey(account), holder, set);

  return {
    async takeLease(lease) {
      const item = await take(lease, 'scan');
      return typeof item === 'string' ? item : fromLeaseItem(item);
    },
    async takeEventLease(lease) {
      const item = await take(lease, 'events');
      return typeof item === 'string' ? item : fromEventLeaseItem(item);
    },
    async releaseLease({ lastScan, allIsWellAt, settingsHash, ...lease }) {
      await release(lease, {
        ...(lastScan && { lastScan: toLastScanFields(lastScan) }),
        ...(allIsWellAt !== null && { allIsWellAt }),
        ...(settingsHash !== null && { settingsHash }),
      });
    },
    async releaseEventLease({ lastEventRun, ...lease }) {
      await release(lease, lastEventRun === null ? {} : { lastEventRun });
    },
  } satisfies Partial<FleetStore>;
}

/** Leaves out every field that LastScan does not have. */
function toLastScanFields(scan: LastScan): LastScan {
  const { startedAt, complete, regionsListed, regionsNotDue, notRead } = scan;
  const { instancesListed, instancesRead, openGaps, oldestWaitingAt } = scan;
  const regions = { regionsListed, ...(regionsNotDue && { regionsNotDue }) };
  return { startedAt, complete, ...regions, notRead, instancesListed, instancesRead, openGaps, oldestWaitingAt };
}
