/** When a run for events may begin: it has the lease like a scan, and keeps its distance from the last one. */

import type { ScanDeps } from './full-scan.ts';
import type { EventGrant } from './interfaces.ts';

/** A run takes so long at most: scans wait for it. */
export const mostRunMs = 25_000;
/** Between the end of one run and the next; scans get their turn in it. */
const quietMs = 10_000;
/** How long the lease outlives the run's own deadline. */
const leaseGraceMs = 10_000;
/** With less time left no run is begun. */
const leastRunMs = 12_000;

/** Waits until nobody has the lease and the last run for events is ten seconds past; `null`: not in time. */
export async function takeTurn(deps: ScanDeps, holder: string, deadlineAt: number): Promise<EventGrant | null> {
  const { store, settings, clock } = deps;
  const { account } = settings;
  for (;;) {
    const now = clock();
    if (deadlineAt - now < leastRunMs) return null;
    const until = Math.min(deadlineAt, now + mostRunMs) + leaseGraceMs;
    const grant = await store.takeEventLease({ account, holder, now, until });
    const waitMs = typeof grant === 'string' ? 2_000 : quietLeft(grant, now);
    if (typeof grant !== 'string' && waitMs === 0) return grant;
    if (typeof grant !== 'string') await store.releaseEventLease({ account, holder, lastEventRun: null });
    await deps.pause(waitMs);
  }
}

/** A run that ended later than now was noted by a clock that was wrong: it must not keep the ones to come waiting. */
function quietLeft({ lastEventRun }: EventGrant, now: number): number {
  if (lastEventRun === null) return 0;
  const sinceMs = now - Date.parse(lastEventRun.endedAt);
  return sinceMs < 0 || sinceMs >= quietMs ? 0 : quietMs - sinceMs;
}
