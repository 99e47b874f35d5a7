import { startCloud } from '../stand-in/cloud.ts';
import { deployScan, scanWhole } from '../stand-in/deploy.ts';
import { buildFleet } from '../stand-in/fleet.ts';
import { type MeteredCall, startTableMeter, sumUnits } from './table-meter.ts';

/** The requests and units of one scan of an unchanged fleet. */
export interface ScanUse {
  /** Number of requests by operation. */
  lightsailCalls: Record<string, number>;
  tableCalls: MeteredCall[];
  /** Request units of DynamoDB. */
  readUnits: number;
  writeUnits: number;
  snsCalls: number;
}

interface UnchangedFleet {
  instances: number;
  /** The regions of the instances. */
  regions: readonly string[];
  /** The regions of Lightsail. Default: all 20, with the opt-in regions not enabled. */
  lightsailRegions?: string[] | undefined;
  pageSize: number;
}

/**
 * Scans a fleet three times with the default configuration, without attribution and weekly digest. Measures the third scan, because the
 * first scan finds every instance new.
 */
export async function measureUnchangedScan(fleet: UnchangedFleet): Promise<ScanUse> {
  const { instances, regions, lightsailRegions, pageSize } = fleet;
  const enabled = lightsailRegions && { regions: lightsailRegions, notEnabledRegions: [] };
  const cloud = await startCloud({ instances: buildFleet(instances, regions), pageSize, ...enabled });
  const meter = await startTableMeter(cloud.urls.dynamodb);
  try {
    const scan = await deployScan({ ...cloud.urls, dynamodb: meter.url }, null);
    await scanWhole(scan);
    await scanWhole(scan);
    meter.clear();
    cloud.lightsail.clearCalls();
    cloud.sns.clearCalls();
    await scanWhole(scan);
    scan.destroy();
    const tableCalls = meter.calls();
    return {
      lightsailCalls: countByName(cloud.lightsail.calls().map(({ operation }) => operation)),
      tableCalls,
      ...sumUnits(tableCalls),
      snsCalls: cloud.sns.calls().length,
    };
  } finally {
    await meter.close();
    await cloud.close();
  }
}

function countByName(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
