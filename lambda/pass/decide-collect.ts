/** Decides how much of a pass is done, and what the collector publishes now. Pure. */
import type { WatchedAccount } from '../accounts/watched-account.ts';
import type { Coverage } from '../contract/json-event.ts';
import type { LastScan } from '../history/scan-note.ts';
import type { CollectorGrant, Pass } from './interfaces.ts';

/**
 * `critical`: the run after an account scan or an event scan; publishes critical groups only. `all`: the run of the collector's schedule.
 */
export type CollectScope = 'all' | 'critical';

const criticalPauseMs = 30_000;
/** Between two passes, alerts of event scans wait at most this time, so that related alerts are in one message. */
const betweenPassesMs = 5 * 60_000;

interface CollectDecision {
  publish: CollectScope | null;
  /** True if the pass is over and nobody has ended it yet. */
  endsPass: boolean;
}

/** `isOver`: whether the newest pass is over. Instants in the future come from a wrong clock, and must not delay alerts. */
export function decideCollect(
  scope: CollectScope,
  pass: Pick<Pass, 'endedAt'> | null,
  isOver: boolean,
  { criticalAt, allAt }: CollectorGrant,
  nowMs: number,
  intervalMs: number,
): CollectDecision {
  const isDue = (last: string | null, pauseMs: number) => {
    const sinceMs = nowMs - Date.parse(last ?? '');
    return !(sinceMs >= 0 && sinceMs < pauseMs);
  };
  const isRunning = pass !== null && pass.endedAt === null;
  const endsPass = scope === 'all' && isRunning && isOver;
  // A pass that takes longer than its interval must not delay its alerts without limit.
  const pauseMs = isRunning ? 2 * intervalMs : Math.min(intervalMs, betweenPassesMs);
  const isAllDue = scope === 'all' && (endsPass || (isDue(allAt, pauseMs) && (allAt !== null || !isRunning)));
  if (isAllDue) return { publish: 'all', endsPass };
  return { publish: isDue(criticalAt, criticalPauseMs) ? 'critical' : null, endsPass };
}

/** The present progress of a pass. */
export interface PassProgress {
  isOver: boolean;
  /** True if every account was scanned completely. */
  complete: boolean;
  accounts: number;
  accountsScanned: number;
  accountsFailed: string[];
  /** Accounts without a complete scan in this pass. */
  accountsNotScanned: number;
  /** Sum over the newest scan of each account. */
  openGaps: number;
  instancesListed: number;
  instancesRead: number;
  regionsListed: number;
  /** Regions that no account listed, because they are empty and not due. */
  regionsNotDue: string[];
  /** Instant of the oldest entry that no scan could put into the outbox; `null`: there is none. */
  oldestWaitingAt: string | null;
}

/** `accounts`: the watched accounts. `intervalMs`: after this time the pass is over, even if scans are missing. */
export function measurePass(
  pass: Pick<Pass, 'startedAt'>,
  accounts: readonly Pick<WatchedAccount, 'account' | 'failure'>[],
  lastScans: ReadonlyMap<string, LastScan>,
  nowMs: number,
  intervalMs: number,
): PassProgress {
  const scanOf = ({ account }: (typeof accounts)[number]) => {
    const last = lastScans.get(account);
    return last !== undefined && last.startedAt >= pass.startedAt ? last : null;
  };
  const scanned = accounts.filter((one) => scanOf(one) !== null);
  const failed = accounts.filter((one) => scanOf(one) === null && (one.failure?.lastAt ?? '') >= pass.startedAt);
  const completed = scanned.filter((one) => scanOf(one)?.complete === true).length;
  const newest = accounts.flatMap(({ account }) => lastScans.get(account) ?? []);
  const sum = (field: 'openGaps' | 'instancesListed' | 'instancesRead') =>
    newest.reduce((total, scan) => total + (scan[field] ?? 0), 0);
  const listed = new Set(newest.flatMap(({ regionsListed }) => regionsListed));
  const notDue = newest.flatMap(({ regionsNotDue = {} }) => Object.values(regionsNotDue).flat());
  return {
    isOver: scanned.length + failed.length >= accounts.length || nowMs - Date.parse(pass.startedAt) >= intervalMs,
    complete: completed === accounts.length,
    accounts: accounts.length,
    accountsScanned: scanned.length,
    accountsFailed: failed.map(({ account }) => account),
    accountsNotScanned: accounts.length - completed,
    openGaps: sum('openGaps'),
    instancesListed: sum('instancesListed'),
    instancesRead: sum('instancesRead'),
    regionsListed: listed.size,
    regionsNotDue: [...new Set(notDue)].filter((region) => !listed.has(region)).sort(),
    oldestWaitingAt: newest.flatMap(({ oldestWaitingAt }) => oldestWaitingAt ?? []).sort()[0] ?? null,
  };
}

const mostFailed = 100;

/** The coverage for messages. Regions that could not be listed have alerts of their own, so the coverage does not name them. */
export function coverageOf(progress: PassProgress): Coverage {
  const { accounts, accountsScanned, accountsFailed, instancesListed, instancesRead, regionsListed } = progress;
  const { regionsNotDue } = progress;
  const more = accountsFailed.length - mostFailed;
  return {
    ...{ instancesListed, instancesRead, regionsListed, regionsSkipped: [], accounts, accountsScanned },
    ...(regionsNotDue.length > 0 && { regionsNotDue }),
    accountsFailed: accountsFailed.slice(0, mostFailed),
    ...(more > 0 && { accountsFailedMore: more }),
  };
}
