/**
 * A run for events: what they named is looked at at once, by the very steps of a scan. It lists a region whole, reads the named ones
 * alone, and its entries say who did it. It confirms nothing and counts no failures: both are left to the scans of the whole fleet,
 * which find whatever it leaves undone.
 *
 * However many events there are, a region is listed, and an instance read, once in ten seconds at most: runs follow one another at
 * that distance, each has the lease, and what was looked at since a call was made is not looked at for it again.
 */
import type { ApiCall } from '../attribution/api-call.ts';
import { attempt } from './attempt.ts';
import { mostRunMs, takeTurn } from './event-turn.ts';
import type { ScanDeps } from './full-scan.ts';
import { resourceKey } from './latest-state.ts';
import { NamedRun } from './named-run.ts';

/** So many names are noted as settled at most: the lease is a small item. */
const mostSettledNoted = 200;

/** One instance that calls were made about. */
export interface NamedTarget {
  region: string;
  instanceName: string;
  /** At least one. */
  calls: readonly ApiCall[];
}

export interface NamedReport {
  /** There was no turn in the time given: a scan had the lease, or another run for events. Nothing was done. */
  isBusy: boolean;
  /** `resourceKey` of what is not settled: its events are to come again. */
  left: string[];
  /** Calls made to Lightsail that were answered. */
  regionsListed: number;
  instancesRead: number;
  /** Commits made. */
  changes: number;
  /** Entries beside which it was put who did it. */
  attributed: number;
  /** Published in this run. */
  alerts: number;
}

/** `deadlineAt`: ms since the epoch by which it must be over. Throws where the table fails: then all events are to come again. */
export async function scanNamed(
  deps: ScanDeps,
  targets: readonly NamedTarget[],
  deadlineAt: number,
): Promise<NamedReport> {
  const { store, settings, clock } = deps;
  const { account } = settings;
  const report: NamedReport = {
    isBusy: false,
    left: [],
    regionsListed: 0,
    instancesRead: 0,
    changes: 0,
    attributed: 0,
    alerts: 0,
  };
  if (targets.length === 0) return report;
  const holder = deps.newId();
  const grant = await takeTurn(deps, holder, deadlineAt);
  if (grant === null) return { ...report, isBusy: true, left: targets.map(resourceKey) };
  const run = new NamedRun(deps, grant, report, Math.min(deadlineAt, clock() + mostRunMs));
  let isOver = false;
  try {
    await run.play(targets);
    isOver = true;
    return report;
  } finally {
    const settled = isOver ? run.settled.slice(0, mostSettledNoted) : [];
    const endedAt = new Date(clock()).toISOString();
    const lastEventRun = run.hasAsked ? { startedAt: run.startedAt, endedAt, settled } : null;
    await attempt(deps.observe, 'give the lease back', () =>
      store.releaseEventLease({ account, holder, lastEventRun }),
    );
  }
}
