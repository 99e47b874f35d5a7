import { prices } from './prices.ts';

/** Minutes of an average month. */
export const minutesAMonth = 43_800;
export const bytesPerGb = 1e9;
/** API calls are looked up every quarter of an hour, or at every scan if scans are less frequent. */
const lookupEveryMinutes = 15;

/** The usage of a deployment that costs money. */
export interface Use {
  scanEveryMinutes: number;
  /** Units of one unchanged scan, from the measurement. */
  readUnits: number;
  writeUnits: number;
  /** Requests of one unchanged scan to Lightsail, and the number of regions with instances. API calls are looked up in these regions. */
  lightsailCalls: number;
  homeRegions: number;
  /** Billed milliseconds of a scan, the additional milliseconds of an attribution pass, and the memory. */
  billedMs: number;
  lookupMs: number;
  memoryMb: number;
  logBytes: number;
  /** Changes in a month, the units to record one change, and the number of mail addresses. */
  changes: number;
  writeUnitsPerChange: number;
  mailAddresses: number;
  /** Size of the table: latest states, history and scan items. */
  storedBytes: number;
}

export interface CostLine {
  what: string;
  usd: number;
}

/** US dollars a month by item, without alarms, metrics, and the polling of the event queue. */
export function computeMonthlyCost(use: Use): CostLine[] {
  const scans = minutesAMonth / use.scanEveryMinutes;
  const gbSeconds = (use.billedMs / 1000) * (use.memoryMb / 1024);
  const lookupGbSeconds = (use.lookupMs / 1000) * (use.memoryMb / 1024);
  const storedGb = use.storedBytes / bytesPerGb;
  const publishing = prices.topicPublish + use.mailAddresses * prices.topicMail;
  return [
    { what: 'Lambda', usd: scans * (prices.functionRequest + gbSeconds * prices.functionGbSecond) },
    {
      what: 'attribution',
      usd: lookupsOf(use) * (lookupGbSeconds * prices.functionGbSecond + prices.tableWriteUnit),
    },
    { what: 'DynamoDB reads', usd: scans * use.readUnits * prices.tableReadUnit },
    { what: 'DynamoDB writes', usd: scans * use.writeUnits * prices.tableWriteUnit },
    { what: 'DynamoDB storage and backup', usd: storedGb * (prices.tableStorageGb + prices.tableBackupGb) },
    { what: 'logs', usd: ((scans * use.logBytes) / bytesPerGb) * prices.logGb },
    { what: 'scheduler', usd: scans * prices.schedulerInvocation },
    {
      what: 'changes: recording, SNS, mail',
      usd: use.changes * (use.writeUnitsPerChange * prices.tableWriteUnit + publishing),
    },
  ];
}

/** The lookups of a month. LookupEvents itself is free. */
export function lookupsOf({ scanEveryMinutes }: Pick<Use, 'scanEveryMinutes'>): number {
  return minutesAMonth / Math.max(scanEveryMinutes, lookupEveryMinutes);
}

/** One request for each name of an API call. */
const callsPerLookup = 4;

/**
 * The requests of the monitor that CloudTrail records in a month as management events: each request to Lightsail and each lookup. Not
 * counted: the roles that EventBridge Scheduler and Lambda assume, and the log streams that Lambda creates.
 */
export function countManagementEvents(use: Pick<Use, 'scanEveryMinutes' | 'lightsailCalls' | 'homeRegions'>): number {
  const scans = minutesAMonth / use.scanEveryMinutes;
  return scans * use.lightsailCalls + lookupsOf(use) * callsPerLookup * use.homeRegions;
}

/** The price of the monitor's management events, if each event is paid for. With only one trail in each region, the events are free. */
export function computeRecordingCost(use: Use): CostLine[] {
  const events = countManagementEvents(use);
  return [
    { what: 'a second trail', usd: events * prices.trailEvent },
    { what: 'GuardDuty', usd: events * prices.threatDetectionEvent },
  ];
}

/**
 * Units of a scan that stores the state in the usual way: a consistent GetItem for each instance, and a write of each item with the time of
 * the last read. Items of up to 1 KiB.
 */
export function unitsOfRewriting(instances: number): { readUnits: number; writeUnits: number } {
  return { readUnits: instances, writeUnits: instances };
}

export function sumUsd(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

/**
 * An upper limit. Lambda polls a standard queue with five pollers, each for 20 s at a time, even while the queue is empty. (AWS's developer
 * guide names five concurrent batches at the start, and does not document the pollers for a maximum concurrency of two.)
 */
const pollsAMinute = 5 * 3;

/** The cost of the event path without events. The first million requests of an account each month are free. */
export function computeIdleEventCost(): CostLine {
  return { what: 'polling the empty event queue', usd: pollsAMinute * minutesAMonth * prices.queueRequest };
}

/** The fixed cost of alarms and metrics in a month. */
export function computeHealthCost(counted: { alarms: number; metrics: number }): number {
  return counted.alarms * prices.alarm + counted.metrics * prices.metric;
}
