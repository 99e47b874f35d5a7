/** Step 1: what is known of the account, with what a dead scan committed and did not record made good. */
import { attempt } from './attempt.ts';
import type { CallState } from './call-roles.ts';
import { type CommitContext, recordPending } from './commit.ts';
import type { ScanObserver } from './interfaces.ts';
import { type LatestState, resourceKey } from './latest-state.ts';

export interface LoadedStates {
  /** By `resourceKey`. */
  states: Map<string, LatestState>;
  /** Keys of items that can't be read; they are left alone. */
  refused: ReadonlySet<string>;
  /** How far calls were followed. */
  callState: CallState | null;
}

/** Throws where the table does not answer. */
export async function loadLatestStates(
  account: string,
  observe: ScanObserver,
  context: CommitContext,
): Promise<LoadedStates> {
  const fleet = await context.store.loadFleet(account);
  for (const item of fleet.refused) observe({ event: 'item-refused', item });
  const states = new Map<string, LatestState>();
  for (const latest of fleet.states)
    states.set(resourceKey(latest.resource), await finishPending(latest, observe, context));
  return { states, refused: new Set(fleet.refused.map(({ key }) => key)), callState: fleet.callState };
}

/** It comes before anything else is decided about that latest state. */
async function finishPending(latest: LatestState, observe: ScanObserver, context: CommitContext): Promise<LatestState> {
  if (latest.recorded >= latest.version) return latest;
  const step = `record what is pending of ${resourceKey(latest.resource)}`;
  return (await attempt(observe, step, () => recordPending(latest, context))) ?? latest;
}
