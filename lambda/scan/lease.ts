/** The lease: at most one scan of an account runs at a time. The lease only saves work: conditional writes keep the data correct. */
import type { EventGrant, EventLeaseReturn, LeaseReturn } from './interfaces.ts';
import { attempt, type Run, type ScanSetup, startRun } from './scan-run.ts';

const leaseGraceMs = 30_000;
/**
 * The longest time that a full scan waits for an event scan. An event scan keeps the lease for at most 25 s. If the event scan crashes, its
 * lease expires 10 s later.
 */
const waitForEventsMs = 45_000;

/** The longest time of an event scan, because full scans wait for it. */
const longestEventScanMs = 25_000;
/** Pause after an event scan, in which a full scan can start. */
const betweenEventScansMs = 10_000;
const eventLeaseGraceMs = 10_000;
const shortestEventScanMs = 12_000;
/** How long before the deadline an event scan stops reading, so that alerts can be published. */
const eventReserveMs = 5_000;

/**
 * `null`: another scan has the lease. A full scan waits for a running event scan, because otherwise many events could prevent full scans.
 * The wait takes at most 45 seconds, and at most half of the time until `deadlineAt`.
 */
export async function startFullScan(setup: ScanSetup, deadlineAt: number): Promise<Run | null> {
  const { store, settings, clock } = setup;
  const startedAtMs = clock();
  const holder = setup.newId();
  const until = deadlineAt + leaseGraceMs;
  const giveUpAt = Math.min(startedAtMs + waitForEventsMs, (startedAtMs + deadlineAt) / 2);
  for (;;) {
    const now = clock();
    const granted = await store.takeLease({ account: settings.account, holder, now, until });
    if (typeof granted !== 'string') {
      const grant: EventGrant = { ...granted, lastEventRun: null };
      return startRun(setup, { holder, grant, deadlineAt, startedAtMs, reserveMs: setup.limits.reserveMs });
    }
    if (granted === 'scan' || now >= giveUpAt) return null;
    await setup.pause(1_000);
  }
}

/** Waits for the lease, and for ten seconds after the last event scan. `null`: the time until `deadlineAt` is too short. */
export async function startEventScan(setup: ScanSetup, deadlineAt: number): Promise<Run | null> {
  const { store, settings, clock, limits } = setup;
  const { account } = settings;
  const holder = setup.newId();
  for (;;) {
    const now = clock();
    if (deadlineAt - now < shortestEventScanMs) return null;
    const until = Math.min(deadlineAt, now + longestEventScanMs) + eventLeaseGraceMs;
    const grant = await store.takeEventLease({ account, holder, now, until });
    const waitMs = typeof grant === 'string' ? 2_000 : decidePause(grant, now);
    if (typeof grant !== 'string' && waitMs === 0) {
      const startedAtMs = clock();
      const ownDeadlineAt = Math.min(deadlineAt, startedAtMs + longestEventScanMs);
      const reserveMs = Math.min(limits.reserveMs, eventReserveMs);
      return startRun(setup, { holder, grant, deadlineAt: ownDeadlineAt, startedAtMs, reserveMs });
    }
    if (typeof grant !== 'string') await store.releaseEventLease({ account, holder, lastEventRun: null });
    await setup.pause(waitMs);
  }
}

/**
 * Returns how many milliseconds an event scan must wait after the last event scan. If `endedAt` is in the future, the clock was wrong, and
 * there is no wait.
 */
function decidePause({ lastEventRun }: EventGrant, now: number): number {
  if (lastEventRun === null) return 0;
  const sinceMs = now - Date.parse(lastEventRun.endedAt);
  return sinceMs < 0 || sinceMs >= betweenEventScansMs ? 0 : betweenEventScansMs - sinceMs;
}

/** Never throws: a lease that is not returned expires. */
export async function returnLease(run: Run, left: Omit<LeaseReturn, 'account' | 'holder'>): Promise<void> {
  const { holder, settings, store } = run;
  await attempt(run, 'return the lease', () => store.releaseLease({ account: settings.account, holder, ...left }));
}

/** Never throws: a lease that is not returned expires. */
export async function returnEventLease(run: Run, lastEventRun: EventLeaseReturn['lastEventRun']): Promise<void> {
  const { holder, settings, store } = run;
  const { account } = settings;
  await attempt(run, 'return the lease', () => store.releaseEventLease({ account, holder, lastEventRun }));
}
