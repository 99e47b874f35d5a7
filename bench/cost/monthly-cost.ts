import { prices } from './prices.ts';

/** A month is 43,800 minutes. */
const minutesAMonth = 43_800;
const bytesPerGb = 1e9;
/** Calls are looked up every quarter of an hour, or at every scan where scans are rarer. */
const lookupEveryMinutes = 15;

/** What a deployment uses, as far as it costs. */
export interface Use {
  scanEveryMinutes: number;
  /** Of one unchanged scan, as metered. */
  readUnits: number;
  writeUnits: number;
  /** Milliseconds that Lambda bills for a scan, what it bills more where calls are looked up as well, and its memory. */
  billedMs: number;
  lookupMs: number;
  memoryMb: number;
  logBytes: number;
  /** Changes a month, the units that each takes to be recorded, and the addresses that each is mailed to. */
  changes: number;
  writeUnitsPerChange: number;
  mailAddresses: number;
  /** In the table: heads, history and the notes of scans. */
  storedBytes: number;
}

export interface CostLine {
  what: string;
  usd: number;
}

/** US dollars a month by what they are paid for, alarms and metrics left out. */
export function computeMonthlyCost(use: Use): CostLine[] {
  const scans = minutesAMonth / use.scanEveryMinutes;
  const gbSeconds = (use.billedMs / 1000) * (use.memoryMb / 1024);
  const lookupGbSeconds = (use.lookupMs / 1000) * (use.memoryMb / 1024);
  const storedGb = use.storedBytes / bytesPerGb;
  const publishing = prices.topicPublish + use.mailAddresses * prices.topicMail;
  return [
    { what: 'Lambda', usd: scans * (prices.functionRequest + gbSeconds * prices.functionGbSecond) },
    {
      what: 'looking up who did it',
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

/** LookupEvents itself is free. */
function lookupsOf({ scanEveryMinutes }: Use): number {
  return minutesAMonth / Math.max(scanEveryMinutes, lookupEveryMinutes);
}

/**
 * Units a scan of the usual way to keep such state: a consistent GetItem for each instance, and each item written again with the time
 * at which it was last seen. Items of up to 1 KiB.
 */
export function unitsOfRewriting(instances: number): { readUnits: number; writeUnits: number } {
  return { readUnits: instances, writeUnits: instances };
}

export function sumUsd(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

/**
 * Lambda asks a standard queue with five pollers, each for 20 s at a time, also while there is nothing in it (AWS's developer guide says
 * five concurrent batches to begin with; what it does for a maximum concurrency of two is not documented, so this is the most).
 */
const pollsAMinute = 5 * 3;

/** What listening to events costs while none come. The first million requests of an account and month are free: then it is nothing. */
export function computeIdleEventCost(): CostLine {
  return { what: 'event queue, asked while nothing comes', usd: pollsAMinute * minutesAMonth * prices.queueRequest };
}

/** What is paid by the month whether anything happens or not. */
export function computeHealthCost(counted: { alarms: number; metrics: number }): number {
  return counted.alarms * prices.alarm + counted.metrics * prices.metric;
}
