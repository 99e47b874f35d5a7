/** The cost of one monitor for several accounts, from the metered units of account scans. Pure. */
import {
  bytesPerGb,
  type CostLine,
  computeIdleEventCost,
  countManagementEvents,
  lookupsOf,
  minutesAMonth,
} from './monthly-cost.ts';
import { prices } from './prices.ts';

/** Messages in one SQS request that sends, receives or deletes messages. One invocation scans this number of accounts. */
const messagesAtOnce = 10;
/** Accounts on a page of ListAccounts. */
const accountsPerPage = 20;
/** Assumed number of runs of the collector before a pass ends. Each of these runs reads the lease item of each account. */
const collectionsPerPass = 2;
/** The registry stores about 300 bytes for each account. A read unit covers 4 KiB. */
const registryUnitsPerAccount = 300 / 4096;

/** The usage of one account scan, in an invocation that also scans other accounts. */
export interface AccountScanUse {
  readUnits: number;
  writeUnits: number;
  lightsailCalls: number;
  /** Billed milliseconds of the invocation, divided by the number of accounts that the invocation scans. */
  billedMs: number;
}

export interface OrganizationUse {
  accounts: number;
  scanEveryMinutes: number;
  /** The average of account scans without a change. */
  scan: AccountScanUse;
  /** Regions with instances in an account. API calls are looked up in these regions. */
  homeRegions: number;
  /** Additional milliseconds of an invocation that looks up API calls, for all its accounts at the same time. */
  lookupMs: number;
  /** Billed milliseconds to start a pass. */
  passMs: number;
  /** Billed milliseconds of one run of the collector. */
  collectMs: number;
  memoryMb: number;
  /** Bytes of log for one account scan. */
  logBytes: number;
  /** Changes of one account in a month. */
  changes: number;
  /** Write units of DynamoDB to record a change, to put its alert into the outbox, and to delete the alert. */
  writeUnitsPerChange: number;
  mailAddresses: number;
  /** Bytes that the table stores for one account. */
  storedBytes: number;
}

/** `share`: the part of the scans that is like `one`, 0 to 1. The other scans are like `other`. */
export function averageScan(one: AccountScanUse, other: AccountScanUse, share: number): AccountScanUse {
  const mix = (name: keyof AccountScanUse) => share * one[name] + (1 - share) * other[name];
  return {
    readUnits: mix('readUnits'),
    writeUnits: mix('writeUnits'),
    lightsailCalls: mix('lightsailCalls'),
    billedMs: mix('billedMs'),
  };
}

/**
 * US dollars a month, without alarms and metrics. `perAccount`: for the accounts and their instances. `perMonitor`: for the starts of the
 * passes, the collector, and the polling of the queues.
 */
export function computeOrganizationCost(use: OrganizationUse): { perAccount: CostLine[]; perMonitor: CostLine[] } {
  const { accounts, scan, memoryMb, changes, mailAddresses } = use;
  const passes = minutesAMonth / use.scanEveryMinutes;
  const scans = passes * accounts;
  const lookups = lookupsOf(use) * accounts;
  const secondUsd = (memoryMb / 1024) * prices.functionGbSecond;
  const invocation = (ms: number) => prices.functionRequest + (ms / 1000) * secondUsd;
  const lookupUsd = (use.lookupMs / 1000 / messagesAtOnce) * secondUsd + prices.tableWriteUnit;
  const storedGb = use.storedBytes / bytesPerGb;
  const registryUnits = accounts * registryUnitsPerAccount;
  // A lease item needs one read unit. The collector runs each minute, and each run reads the registry of accounts.
  const collectedUnits = passes * collectionsPerPass * accounts + minutesAMonth * registryUnits;
  const publishing = prices.topicPublish + mailAddresses * prices.topicMail;
  const changeUsd = use.writeUnitsPerChange * prices.tableWriteUnit + publishing + callsPerChange * prices.busEvent;
  return {
    perAccount: [
      {
        what: 'Lambda: account scans',
        usd: scans * (invocation(messagesAtOnce * scan.billedMs) / messagesAtOnce),
      },
      { what: 'attribution', usd: lookups * lookupUsd },
      { what: 'DynamoDB reads', usd: (scans * scan.readUnits + collectedUnits) * prices.tableReadUnit },
      { what: 'DynamoDB writes', usd: scans * scan.writeUnits * prices.tableWriteUnit },
      {
        what: 'DynamoDB storage and backup',
        usd: accounts * storedGb * (prices.tableStorageGb + prices.tableBackupGb),
      },
      { what: 'logs', usd: ((scans * use.logBytes) / bytesPerGb) * prices.logGb },
      // One request sends, receives or deletes ten messages.
      { what: 'SQS: messages', usd: (3 * scans * prices.queueRequest) / messagesAtOnce },
      { what: 'changes: recording, outbox, SNS, mail', usd: accounts * changes * changeUsd },
    ],
    perMonitor: [
      {
        what: 'start of the passes',
        usd: passes * (prices.schedulerInvocation + invocation(use.passMs) + registryUnits * prices.tableReadUnit),
      },
      {
        what: 'collector, each minute',
        // Each run needs two Queries (the outbox, and the item of the pass) and two writes (to acquire the lease, and to release it).
        usd:
          minutesAMonth *
          (prices.schedulerInvocation +
            invocation(use.collectMs) +
            2 * prices.tableReadUnit +
            2 * prices.tableWriteUnit),
      },
      { what: 'polling two empty queues', usd: 2 * computeIdleEventCost().usd },
    ],
  };
}

/** Events that a member account forwards for one change: the call that made the change, and two calls that changed nothing. */
const callsPerChange = 3;

/** The number of management events that CloudTrail records in a month because of the monitor. */
interface OrganizationEvents {
  /** Events in each member account: requests to Lightsail, and lookups of API calls. */
  perMember: number;
  /**
   * The largest number of AssumeRole events for one member account. The member account and the monitor account each record these events.
   * The real number is smaller, because a warm function keeps the session of a role for up to an hour.
   */
  mostRolesAssumed: number;
  /** Events in the management account: one for each page of the list of accounts. */
  organization: number;
  /** The sum of the events in all accounts, with the largest number of AssumeRole events. Each AssumeRole event counts once. */
  total: number;
}

export function countOrganizationEvents(use: OrganizationUse): OrganizationEvents {
  const passes = minutesAMonth / use.scanEveryMinutes;
  const perMember = countManagementEvents({ ...use, lightsailCalls: use.scan.lightsailCalls });
  const organization = passes * Math.ceil(use.accounts / accountsPerPage);
  const total = use.accounts * (perMember + passes) + organization;
  return { perMember, mostRolesAssumed: passes, organization, total };
}
