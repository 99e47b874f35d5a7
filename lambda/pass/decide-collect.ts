/** Decides how far a pass is, and what the collector publishes now. Pure. */
import type { WatchedAccount } from '../accounts/watched-account.ts';
import type { Coverage } from '../contract/json-event.ts';
import type { CollectorGrant, LastScan, Pass } from '../scan/interfaces.ts';

/** `critical`: after an account scan or an event scan; critical groups only. `all`: the schedule of the collector. */
export type CollectScope = 'all' | 'critical';

const criticalPauseMs = 30_000;
/** Between two passes, what events found waits so long for what belongs to it. */
const betweenPassesMs = 5 * 60_000;

export interface CollectDecision {
  publish: CollectScope | null;
  /** The pass is over, and nobody has ended it yet. */
  endsPass: boolean;
}

/** `isOver`: of the newest pass. Instants in the future come from a wrong clock, and delay nothing. */
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
  // A pass that takes longer than its interval must not hold up its alerts for ever.
  const pauseMs = isRunning ? 2 * intervalMs : Math.min(intervalMs, betweenPassesMs);
  const isAllDue = scope === 'all' && (endsPass || (isDue(allAt, pauseMs) && (allAt !== null || !isRunning)));
  if (isAllDue) return { publish: 'all', endsPass };
  return { publish: isDue(criticalAt, criticalPauseMs) ? 'critical' : null, endsPass };
}

/** What a pass has done so far. */
export interface PassProgress {
  isOver: boolean;
  /** Every account was scanned completely. */
  complete: boolean;
  accounts: number;
  accountsScanned: number;
  accountsFailed: string[];
  /** Accounts without a complete scan in this pass. */
  accountsNotScanned: number;
  /** Of the newest scan of each account. */
  openGaps: number;
  instancesListed: number;
  instancesRead: number;
  regionsListed: number;
  /** Regions that were listed in no account, since they are empty and not due. */
  regionsNotDue: string[];
  /** Instant of the oldest entry that no scan could put into the outbox; `null`: there is none. */
  oldestWaitingAt: string | null;
}

/** `accounts`: the watched ones. `intervalMs`: after this time the pass is over, whatever is missing. */
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

/** For the messages: the regions that could not be listed are alerts of their own. */
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
