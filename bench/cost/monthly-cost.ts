import { prices } from './prices.ts';

/** Minutes of an average month. */
export const minutesAMonth = 43_800;
export const bytesPerGb = 1e9;
/** API calls are looked up every quarter of an hour, or at every scan if scans are less frequent. */
const lookupEveryMinutes = 15;

/** Everything that a deployment uses and that costs money. */
export interface Use {
  scanEveryMinutes: number;
  /** Measured capacity units of DynamoDB for one scan without a change. */
  readUnits: number;
  writeUnits: number;
  /** Requests to Lightsail in one scan without a change. */
  lightsailCalls: number;
  /** Number of regions with instances. API calls are looked up in these regions. */
  homeRegions: number;
  /** Billed milliseconds of a scan. */
  billedMs: number;
  /** Additional milliseconds of a scan that looks up API calls in CloudTrail. */
  lookupMs: number;
  memoryMb: number;
  logBytes: number;
  /** Changes in a month. */
  changes: number;
  /** Write units of DynamoDB to record one change. */
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

/** Lookups of API calls in a month. CloudTrail does not charge for LookupEvents, so a lookup costs only function time and a write. */
export function lookupsOf({ scanEveryMinutes }: Pick<Use, 'scanEveryMinutes'>): number {
  return minutesAMonth / Math.max(scanEveryMinutes, lookupEveryMinutes);
}

/** A lookup sends one LookupEvents request to each region for each of the four names of API calls that it looks up. */
const callsPerLookup = 4;

/**
 * The number of management events that CloudTrail records in a month for the requests of the monitor to Lightsail and to LookupEvents.
 * Does not count the events about roles that EventBridge Scheduler and Lambda assume, and about log streams that Lambda creates.
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
 * Capacity units of a simpler monitor, for comparison: each scan reads and writes one item for each instance. Assumes consistent reads and
 * items of at most 1 KiB.
 */
export function unitsOfRewriting(instances: number): { readUnits: number; writeUnits: number } {
  return { readUnits: instances, writeUnits: instances };
}

export function sumUsd(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

/**
 * The largest number of requests with which Lambda polls an empty queue. Lambda has five pollers, and each request waits for 20 s. (AWS's
 * developer guide names five concurrent batches at the start, and does not document the pollers for a maximum concurrency of two.)
 */
const pollsAMinute = 5 * 3;

/** The monthly cost of the event queue if no event arrives. Does not subtract the first million requests of an account, which are free. */
export function computeIdleEventCost(): CostLine {
  return { what: 'polling the empty event queue', usd: pollsAMinute * minutesAMonth * prices.queueRequest };
}

/** The cost of alarms and metrics in US dollars a month. */
export function computeHealthCost(counted: { alarms: number; metrics: number }): number {
  return counted.alarms * prices.alarm + counted.metrics * prices.metric;
}
