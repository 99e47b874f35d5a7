/** Scan items, for tests of the code that stores and reads them. */
import type { FleetStore, ScanRecord } from '../../lambda/scan/interfaces.ts';

/** A scan of two seconds that listed eu-west-1 and read its only instance. */
export function scanRecordOf(account: string, startedAt: string, more: Partial<ScanRecord> = {}): ScanRecord {
  return {
    account,
    startedAt,
    endedAt: new Date(Date.parse(startedAt) + 2_000).toISOString(),
    complete: true,
    regionsListed: ['eu-west-1'],
    regionsFailed: {},
    notRead: [],
    instancesListed: 1,
    instancesRead: 1,
    changes: 0,
    alerts: 0,
    ...more,
  };
}

/** Stores a scan item, and stores the same scan as the last scan in the lease item. */
export async function saveNewestScan(store: FleetStore, scan: ScanRecord): Promise<void> {
  await store.putScan(scan, null);
  const { account, startedAt, complete, regionsListed, notRead } = scan;
  const lease = { account, holder: startedAt };
  await store.takeLease({ ...lease, now: 0, until: 1 });
  const lastScan = { startedAt, complete, regionsListed, notRead };
  await store.releaseLease({ ...lease, lastScan, allIsWellAt: null, settingsHash: null });
}
