/**
 * Step 1 of a scan: loads the latest states and the approvals of the account. If an earlier scan died after it committed an entry, this
 * step records the entry.
 */
import type { LatestState } from '../history/latest-state.ts';
import { resourceKey } from '../history/resource-key.ts';
import { recordPending } from './commit.ts';
import { loadApprovals } from './load-approvals.ts';
import { attempt, type Fleet, type Run } from './scan-run.ts';

/** Throws if the table fails. */
export async function loadLatestStates(run: Run): Promise<Fleet> {
  const [loaded, approvals] = await Promise.all([run.store.loadFleet(run.settings.account), loadApprovals(run)]);
  for (const item of loaded.refused) run.observe({ event: 'item-refused', item });
  const states = new Map<string, LatestState>();
  for (const latest of loaded.states) states.set(resourceKey(latest.resource), await finishPending(latest, run));
  const refused = new Set(loaded.refused.map(({ key }) => key));
  const { callState, approvalMarks } = loaded;
  return { states, refused, callState, approvals, approvalMarks };
}

async function finishPending(latest: LatestState, run: Run): Promise<LatestState> {
  if (latest.recorded >= latest.version) return latest;
  const step = `record what is pending of ${resourceKey(latest.resource)}`;
  return (await attempt(run, step, () => recordPending(latest, run))) ?? latest;
}
