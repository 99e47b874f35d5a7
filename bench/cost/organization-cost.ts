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

/** Messages in a batch of the accounts queue, in a request that sends messages, and in a request that deletes messages. */
const messagesAtOnce = 10;
/** Accounts on a page of ListAccounts. */
const accountsPerPage = 20;
/** Runs of the collector during each pass. Each run reads the lease item of each account. */
const collectionsPerPass = 2;
/** An item of the registry has about 300 bytes; a read unit covers 4 KiB. */
const registryUnitsPerAccount = 300 / 4096;

/** The usage of one account scan, with its share of the time of its invocation. */
export interface AccountScanUse {
  readUnits: number;
  writeUnits: number;
  lightsailCalls: number;
  /** Billed milliseconds of the invocation, divided by its accounts. */
  billedMs: number;
}

export interface OrganizationUse {
  accounts: number;
  scanEveryMinutes: number;
  /** The average of unchanged account scans. */
  scan: AccountScanUse;
  /** Regions with instances in an account. API calls are looked up in these regions. */
  homeRegions: number;
  /** Additional milliseconds of an attribution pass. The accounts of a batch have their passes at the same time. */
  lookupMs: number;
  /** Billed milliseconds of the start of a pass, and of a run of the collector. */
  passMs: number;
  collectMs: number;
  memoryMb: number;
  /** Bytes of log for one account scan. */
  logBytes: number;
  /** Changes of one account in a month. */
  changes: number;
  /** Units to record a change, to put its alert into the outbox, and to delete the alert. */
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
 * US dollars a month, without alarms and metrics. `perAccount` grows with the number and size of the accounts; `perMonitor` is constant.
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
  // One read unit covers a lease item. Each run of the collector reads the registry.
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
      // The messages are sent, received and deleted ten at a time.
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
        // One Query of the outbox and one of the pass; the lease is acquired and returned.
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

/** Events that a member account forwards for one change: the call itself, and calls that change nothing. */
const callsPerChange = 3;

/** The management events that CloudTrail records in a month, by the account that records them. */
interface OrganizationEvents {
  /** In each member account: the reads of Lightsail, and the lookups of API calls. */
  perMember: number;
  /**
   * The largest number of AssumeRole events for one member account; the member account and the monitor's account both record them. The real
   * number is smaller, because a warm function keeps the session of a role for up to an hour.
   */
  mostRolesAssumed: number;
  /** In the management account: pages of the list of accounts. */
  organization: number;
  /** All events, each once, with the largest number of assumed roles. */
  total: number;
}

export function countOrganizationEvents(use: OrganizationUse): OrganizationEvents {
  const passes = minutesAMonth / use.scanEveryMinutes;
  const perMember = countManagementEvents({ ...use, lightsailCalls: use.scan.lightsailCalls });
  const organization = passes * Math.ceil(use.accounts / accountsPerPage);
  const total = use.accounts * (perMember + passes) + organization;
  return { perMember, mostRolesAssumed: passes, organization, total };
}
