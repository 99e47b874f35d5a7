import type { Resource } from '../../lambda/history/entry.ts';
import type { RatedBy } from '../questions/choose-rating-settings.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import { type StateAt, stateAt } from '../questions/state-at.ts';
import { HistoryLoader } from './load-instance-history.ts';
import type { AccountRecords } from './open-deployment.ts';

export interface LoadedState {
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
