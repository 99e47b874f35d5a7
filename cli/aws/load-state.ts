import type { Resource } from '../../lambda/history/entry.ts';
import { CommandError } from '../command-error.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import { type StateAt, stateAt } from '../questions/state-at.ts';
import type { RenderTime } from '../text/render-time.ts';
import { HistoryLoader } from './load-history.ts';
import type { Deployment } from './open-deployment.ts';

/** The state of an instance at an instant, and what it was read from. */
export async function loadState(
  { reader }: Pick<Deployment, 'reader'>,
  resource: Resource,
  at: string,
): Promise<{ state: StateAt; slice: HistorySlice }> {
  const slice = await new HistoryLoader(reader, { from: at, until: at }).load(resource);
  return { state: stateAt(slice, at), slice };
}

/** Throws CommandError where the instance was not seen yet, and may not have been there either. */
export function refuseUnknownInstance(
  { state, slice }: { state: StateAt; slice: HistorySlice },
  renderTime: RenderTime,
): void {
  // What was there at the first look may always have been there: of that, too, nothing is known.
  const mayBeThere = state.either.some(({ entry }) => entry.changedAfter !== null);
  if (state.status !== 'not-seen-yet' || mayBeThere) return;
  const { instanceName, region } = slice.resource;
  const first = slice.entries.find((entry) => entry.at > state.at);
  const when = first === undefined ? '' : `; it was first seen at ${renderTime(first.changedBefore)}`;
  throw new CommandError(
    `Nothing is known of ${instanceName} in ${region} at ${renderTime(state.at)}${when}; expected a time since then.`,
  );
}
