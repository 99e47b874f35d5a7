/**
 * The keys of the snapshot table: attribute names, partition keys and sort keys. The keys of the table's index are in `timeline-index.ts`.
 * The stack, the functions, the alerts and the command line import the keys from this file; docs/querying.md documents the same layout for
 * people.
 */
import type { Resource } from '../history/entry.ts';
import { resourceKey } from '../history/resource-key.ts';

/** The attributes that DynamoDB itself uses: the keys, the time to live (in seconds since the epoch). */
export const tableNames = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
} as const;

export interface Key {
  pk: string;
  sk: string;
}

/**
 * The partition of the latest states, the lease (the lock for one scan), the state of the lookups of API calls, and the record of alerts
 * about approvals.
 */
export const fleetPartition = (account: string): string => `FLEET#${account}`;

export const historyPartition = ({ account, region, instanceName }: Resource): string =>
  instanceName === null ? `REGION#${account}#${region}` : `INSTANCE#${account}#${region}#${instanceName}`;

export const scansPartition = (account: string): string => `SCANS#${account}`;

/** The partition of the deleted instances. */
export const departedPartition = (account: string): string => `GONE#${account}`;

/** The partition of the settings of the deployment: one item for each change of the settings. */
export const settingsPartition = (account: string): string => `SETTINGS#${account}`;

/**
 * The partition of the approvals that people made by command. The functions have the permission to read these items, but not to write them.
 */
export const approvalsPartition = (account: string): string => `APPROVALS#${account}`;

/**
 * The partition of the registry of accounts, the newest pass, the result of the last listing of the organisation's accounts, and the
 * collector's lease. `monitor`: the id of the monitor account.
 */
export const accountsPartition = (monitor: string): string => `ACCOUNTS#${monitor}`;

/** The partition of the groups of alerts of all accounts that wait for the collector. */
export const outboxPartition = (monitor: string): string => `OUTBOX#${monitor}`;

// Only the monitor's own records have a sort key with `!` in front: no region or account id begins with `!`.

export const leaseKey = (account: string): Key => ({ pk: fleetPartition(account), sk: '!scan' });

/** The state of the lookups of API calls: mainly, for each region, the instant up to which its calls are processed. */
export const callStateKey = (account: string): Key => ({ pk: fleetPartition(account), sk: '!calls' });

/** The item that records which alerts about approvals, and which reminders, were already sent. */
export const approvalMarksKey = (account: string): Key => ({ pk: fleetPartition(account), sk: '!approvals' });

export const accountKey = (monitor: string, account: string): Key => ({ pk: accountsPartition(monitor), sk: account });

/** The newest pass over all accounts. */
export const passKey = (monitor: string): Key => ({ pk: accountsPartition(monitor), sk: '!pass' });

/** Whether the last listing of the organisation's accounts succeeded. */
export const organizationKey = (monitor: string): Key => ({ pk: accountsPartition(monitor), sk: '!organization' });

export const collectorKey = (monitor: string): Key => ({ pk: accountsPartition(monitor), sk: '!collector' });

/** The key of one group of alerts. `rank`: 0 for critical to 4 for info, so that the most severe groups are first in the partition. */
export const outboxKey = (monitor: string, rank: number, account: string, alertId: string): Key => ({
  pk: outboxPartition(monitor),
  sk: `${rank}#${account}#${alertId}`,
});

export const stateKey = (resource: Resource): Key => ({
  pk: fleetPartition(resource.account),
  sk: resourceKey(resource),
});

export const entryKey = (resource: Resource, at: string): Key => ({
  pk: historyPartition(resource),
  sk: at,
});

const attributionSuffix = '#by';

/** The attribution of the entry with the instant `at`: a separate item, because entries are immutable. */
export const attributionKey = (resource: Resource, at: string): Key => ({
  pk: historyPartition(resource),
  sk: `${at}${attributionSuffix}`,
});

export const departedKey = (resource: Resource, goneAt: string): Key => ({
  pk: departedPartition(resource.account),
  sk: `${resourceKey(resource)}#${goneAt}`,
});

export const scanKey = (account: string, startedAt: string): Key => ({ pk: scansPartition(account), sk: startedAt });

export const settingsKey = (account: string, at: string): Key => ({ pk: settingsPartition(account), sk: at });

export const approvalKey = (account: string, id: string): Key => ({ pk: approvalsPartition(account), sk: id });

const revocationSuffix = '#revoked';

/**
 * The key of the revocation of an approval. A revocation is a separate item, because approvals are immutable. Each approval has one such
 * key, so that only the first revocation is stored.
 */
export const revocationKey = (account: string, id: string): Key => ({
  pk: approvalsPartition(account),
  sk: `${id}${revocationSuffix}`,
});

interface Keyed {
  readonly sk?: unknown;
}

const sortKeyOf = (item: Keyed): string => String(item.sk);

/** True for a record of the monitor itself (such as `!scan` or `!pass`), false for a latest state or an account. */
export const isMonitorRecord = (item: Keyed): boolean => sortKeyOf(item).startsWith('!');

/** True for an entry, false for the attribution of one (`<instant>#by`). */
export const isEntry = (item: Keyed): boolean => !sortKeyOf(item).includes('#');

export const isAttribution = (item: Keyed): boolean => sortKeyOf(item).endsWith(attributionSuffix);

export const isRevocation = (item: Keyed): boolean => sortKeyOf(item).endsWith(revocationSuffix);

/** The id of an approval, from the key of its item or of its revocation. */
export const approvalIdOf = (item: Keyed): string => sortKeyOf(item).split('#', 1)[0] ?? '';

/** The instant in the key of an entry, attribution, scan or settings. */
export const instantOf = (item: Keyed): string => sortKeyOf(item).split('#', 1)[0] ?? '';
