/** Decides what a run of the collector publishes, and whether it ends the pass. Pure. */
import type { CollectorGrant, Pass } from './interfaces.ts';

/** `critical`: a run after an account scan or an event scan, for critical groups only. `all`: a run of the collector's schedule. */
export type CollectScope = 'all' | 'critical';

const criticalPauseMs = 30_000;
/** Between two passes, alerts of event scans wait at most this long, so that related alerts are in one message. */
const betweenPassesMs = 5 * 60_000;

interface CollectDecision {
  publish: CollectScope | null;
  /** True if this run must end the pass: the run is scheduled, the pass is over, and no other run has ended the pass. */
  endsPass: boolean;
}

/** `isOver`: the newest pass is over. A `criticalAt` or `allAt` in the future comes from a wrong clock, and must not delay alerts. */
export function decideCollectorRun(
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
  // While a pass runs, groups that are not critical wait for the end of the pass. If the pass does not end, these groups are published two
  // intervals after `allAt`.
  const pauseMs = isRunning ? 2 * intervalMs : Math.min(intervalMs, betweenPassesMs);
  const isAllDue = scope === 'all' && (endsPass || (isDue(allAt, pauseMs) && (allAt !== null || !isRunning)));
  if (isAllDue) return { publish: 'all', endsPass };
  return { publish: isDue(criticalAt, criticalPauseMs) ? 'critical' : null, endsPass };
}
