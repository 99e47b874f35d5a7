import { startCloud } from '../stand-in/cloud.ts';
import { deployScan, scanWhole } from '../stand-in/deploy.ts';
import { buildFleet } from '../stand-in/fleet.ts';
import { type MeteredCall, startTableMeter } from './table-meter.ts';

/** What one scan of an unchanged fleet uses of AWS. */
export interface ScanUse {
  /** By operation. */
  lightsailCalls: Record<string, number>;
  tableCalls: MeteredCall[];
  /** Units of the reads, and of the writes. */
  readUnits: number;
  writeUnits: number;
  snsCalls: number;
}

export interface UnchangedFleet {
  instances: number;
  /** Where they are. */
  regions: readonly string[];
  pageSize: number;
}

/**
 * Scans a fleet in an account with no configuration: all 20 regions of Lightsail watched, the opt-in ones not enabled. The third scan
 * is the one that is looked at: the first finds all of it new, the second is the first one that finds nothing.
 */
export async function measureUnchangedScan({ instances, regions, pageSize }: UnchangedFleet): Promise<ScanUse> {
  const cloud = await startCloud({ instances: buildFleet(instances, regions), pageSize });
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
    const sumOf = (calls: readonly MeteredCall[]) => calls.reduce((sum, { units }) => sum + units, 0);
    const isRead = ({ operation }: MeteredCall) => operation === 'Query' || operation === 'GetItem';
    return {
      lightsailCalls: countByName(cloud.lightsail.calls().map(({ operation }) => operation)),
      tableCalls,
      readUnits: sumOf(tableCalls.filter(isRead)),
      writeUnits: sumOf(tableCalls.filter((call) => !isRead(call))),
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
