import type { Resource } from '../../lambda/history/entry.ts';
import { CommandError } from '../command-error.ts';
import type { RatedBy } from '../questions/choose-rating-settings.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import { type StateAt, stateAt } from '../questions/state-at.ts';
import type { RenderTime } from '../time/render-time.ts';
import { HistoryLoader } from './load-history.ts';
import type { AccountRecords } from './open-deployment.ts';

/** The state of an instance at an instant, the history slice from which the state was computed, and the settings that rate it. */
interface LoadedState {
  state: StateAt;
  slice: HistorySlice;
  ratedBy: RatedBy;
}

export async function loadState(
  { reader, loadRatedBy }: AccountRecords,
  resource: Resource,
  at: string,
): Promise<LoadedState> {
  const loader = new HistoryLoader(reader, { from: at, until: at });
  const [slice, ratedBy] = await Promise.all([loader.load(resource), loadRatedBy(at)]);
  return { state: stateAt(slice, at), slice, ratedBy };
}

/** Throws CommandError for a time before the instance was first seen, unless the time lies in the window of its appearance. */
export function refuseUnknownInstance({ state, slice }: LoadedState, renderTime: RenderTime): void {
  // An entry of the first scan has no window: the instance may have existed long before that scan.
  const mayBeThere = state.either.some(({ entry }) => entry.changedAfter !== null);
  if (state.status !== 'not-seen-yet' || mayBeThere) return;
  const { instanceName, region } = slice.resource;
  const first = slice.entries.find((entry) => entry.at > state.at);
  const when = first === undefined ? '' : `; the first scan that found it was at ${renderTime(first.changedBefore)}`;
  throw new CommandError(
    `Instance ${instanceName} in ${region} was not watched then (${renderTime(state.at)})${when}; expected a later time.`,
  );
}
