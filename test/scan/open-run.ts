/** One scan that has the lease, and the loaded states of the account, for tests of a single step. */
import { noMarks } from '../../lambda/approvals/account-approvals.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import { startFullScan } from '../../lambda/scan/lease.ts';
import type { Fleet, Run } from '../../lambda/scan/scan-run.ts';
import { noApprovals } from './decide/samples.ts';
import type { Monitor } from './monitor.ts';

/** A full scan with a limit of four minutes, from the monitor's present instant. */
export async function openRun(monitor: Monitor): Promise<Run> {
  const run = await startFullScan(monitor.deps(), monitor.now + 240_000);
  if (run === null) throw new Error('the lease is not free');
  return run;
}

export function fleetOf(states: readonly LatestState[], more: Partial<Fleet> = {}): Fleet {
  const byKey = new Map(states.map((latest) => [resourceKey(latest.resource), latest]));
  return {
    states: byKey,
    refused: new Set(),
    callState: null,
    approvals: noApprovals,
    approvalMarks: noMarks,
    ...more,
  };
}
