/**
 * Lists the reasons why an answer about the whole fleet can be incomplete: missing scans, regions that could not be listed, damaged items.
 */

import type { AccountFailure, WatchedAccount } from '../../lambda/accounts/watched-account.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { namelessKey, namelessRegion, regionOfKey } from '../../lambda/history/resource-key.ts';
import { isSilence } from '../../lambda/history/scan-silence.ts';
import type { RefusedItem } from '../../lambda/scan/interfaces.ts';

export type BlindSpot =
  /** The account could not be entered at the instant of the question, and nothing was read after `since`. */
  | { kind: 'account-not-entered'; since: string; reason: string }
  | { kind: 'account-removed'; since: string; because: string }
  /** The account was scanned for the first time after the instant of the question. */
  | { kind: 'account-not-scanned-yet'; firstScanAt: string }
  /** The organisation could not be listed, so accounts can be missing. */
  | { kind: 'organization-not-listed'; since: string; reason: string }
  /** The last scan began too long before the instant of the question. `since`: the start of that scan; `null`: no scan has ended. */
  | { kind: 'no-scan'; since: string | null }
  /** The region can have instances about which nothing is known. */
  | { kind: 'region-not-listed'; region: string; reason: string }
  /** The last scan found an instance without a name in the list of the region, so the firewall of this instance cannot be read. */
  | { kind: 'instance-without-name'; region: string }
  /** The last scan found a region without a name, which can have instances of any name. */
  | { kind: 'region-without-name' }
  | { kind: 'item-not-read'; item: string; problem: string };

export interface KnownFleet {
  states: readonly Pick<LatestState, 'resource' | 'status' | 'firstSeenAt' | 'baselinedAt' | 'failure'>[];
  refused: readonly RefusedItem[];
  lastScan: { startedAt: string; notRead: readonly string[] } | null;
}

/** `account` is missing if the deployment watches only one account, or if the blind spot concerns the list of all watched accounts. */
export type AccountSpot = BlindSpot & { account?: string; accountName?: string };

type AccountStatus = Pick<WatchedAccount, 'status' | 'since' | 'removedBecause'> & {
  failure: Pick<AccountFailure, 'since' | 'reason'> | null;
};

/**
 * `until`: the last instant of the question. `scanEveryMinutes`: the scan interval at that instant. `watched`: the status of the account in
 * the table; `null`: the table has no status of the account, or the status cannot be read.
 */
export function listBlindSpots(
  fleet: KnownFleet,
  until: string,
  scanEveryMinutes: number,
  watched: AccountStatus | null,
): BlindSpot[] {
  const unreachable = watched === null ? null : findUnreachable(watched, fleet, until);
  return [
    ...(unreachable === null ? listScanSpots(fleet, until, scanEveryMinutes) : [unreachable]),
    ...listUnreadItems(fleet.refused),
  ];
}

export function listUnreadItems(refused: readonly RefusedItem[]): BlindSpot[] {
  return refused.map(({ key, problem }) => ({ kind: 'item-not-read', item: key, problem }));
}

/** False if the last scan began so shortly before `until` that the time without a scan is normal for every scan interval. */
export function mayBeSilent({ lastScan }: Pick<KnownFleet, 'lastScan'>, until: string): boolean {
  return lastScan === null || isSilence((Date.parse(until) - Date.parse(lastScan.startedAt)) / 1000, 0);
}

/** Returns the reason why nothing was read in the account at an instant; `null`: the account was watched, and could be entered. */
export function findHidingSpot(watched: AccountStatus | null, at: string): BlindSpot | null {
  if (watched === null) return null;
  const { status, since, removedBecause, failure } = watched;
  if (status === 'removed' && since <= at)
    return { kind: 'account-removed', since, because: removedBecause ?? 'not-configured' };
  if (failure === null || failure.since > at) return null;
  return { kind: 'account-not-entered', since: failure.since, reason: failure.reason };
}

/**
 * Returns the blind spot of an account in which nothing could be read. `listBlindSpots` then lists no other blind spot of the account,
 * except unreadable items.
 */
function findUnreachable(watched: AccountStatus, { states }: KnownFleet, until: string): BlindSpot | null {
  const hiding = findHidingSpot(watched, until);
  if (hiding !== null) return hiding;
  const [first] = states.map(({ firstSeenAt }) => firstSeenAt).sort();
  return first !== undefined && until < first ? { kind: 'account-not-scanned-yet', firstScanAt: first } : null;
}

function listScanSpots({ states, lastScan }: KnownFleet, until: string, scanEveryMinutes: number): BlindSpot[] {
  const silence = lastScan === null ? Number.POSITIVE_INFINITY : Date.parse(until) - Date.parse(lastScan.startedAt);
  return [
    ...(isSilence(silence / 1000, scanEveryMinutes)
      ? [{ kind: 'no-scan', since: lastScan?.startedAt ?? null } as const]
      : []),
    ...states.flatMap((latest): BlindSpot[] => {
      const { region, instanceName } = latest.resource;
      if (instanceName !== null || !isUnlisted(latest, until, states)) return [];
      return [{ kind: 'region-not-listed', region, reason: latest.failure?.reason ?? 'not-read' }];
    }),
    ...listNameless(lastScan, until),
  ];
}

type Nameless = Extract<BlindSpot, { kind: 'instance-without-name' | 'region-without-name' }>;

/**
 * Lists the regions without a name in the last scan, and the regions that have an instance without a name. The list is empty if that scan
 * began after `until`.
 */
export function listNameless(lastScan: KnownFleet['lastScan'], until: string): Nameless[] {
  if (lastScan === null || lastScan.startedAt > until) return [];
  const regions = new Set(lastScan.notRead.map(regionOfKey));
  return [...regions]
    .filter((region) => lastScan.notRead.includes(namelessKey(region)))
    .map((region) =>
      region === namelessRegion ? { kind: 'region-without-name' } : { kind: 'instance-without-name', region },
    );
}

/**
 * True if the region can have unknown instances. False for a region that was listed before `until`, failed later and has known instances:
 * the answer shows these instances as unknown.
 */
function isUnlisted(
  { resource, firstSeenAt, baselinedAt, failure }: KnownFleet['states'][number],
  until: string,
  states: KnownFleet['states'],
): boolean {
  if (firstSeenAt > until) return false;
  if (baselinedAt === null || baselinedAt > until) return true;
  if (failure === null || failure.since > until) return false;
  return !states.some(
    (other) =>
      other.resource.instanceName !== null && other.resource.region === resource.region && other.status !== 'gone',
  );
}
