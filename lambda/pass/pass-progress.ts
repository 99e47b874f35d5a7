/** Measures the progress of a pass, from the newest scan of each account. Pure. */
import type { WatchedAccount } from '../accounts/watched-account.ts';
import type { Coverage } from '../contract/json-event.ts';
import type { LastScan } from '../history/scan-note.ts';
import type { Pass } from './interfaces.ts';

export interface PassProgress {
  isOver: boolean;
  /** True if every account was scanned completely. */
  complete: boolean;
  accounts: number;
  accountsScanned: number;
  accountsFailed: string[];
  /** Number of accounts without a complete scan in this pass. */
  accountsNotScanned: number;
  /** `openGaps`, `instancesListed` and `instancesRead` are sums over the newest scan of each account. */
  openGaps: number;
  instancesListed: number;
  instancesRead: number;
  regionsListed: number;
  /** Regions that no account's newest scan listed, because they are empty and not due. */
  regionsNotDue: string[];
  /** Instant of the oldest entry that no scan could put into the outbox; `null`: there is none. */
  oldestWaitingAt: string | null;
}

/** `accounts`: the watched accounts. `intervalMs`: the pass is over after this time, even if scans are missing. */
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

/** `regionsSkipped` is empty, because each region that could not be listed has its own alert. */
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
