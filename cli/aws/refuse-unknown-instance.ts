import { CommandError } from '../command-error.ts';
import type { RenderTime } from '../time/render-time.ts';
import type { LoadedState } from './load-state.ts';

/**
 * Throws CommandError if `state.at` is before the first scan that found the instance. Does not throw if the instance perhaps appeared
 * before `state.at`, between two scans.
 */
export function refuseUnknownInstance({ state, slice }: LoadedState, renderTime: RenderTime): void {
  // The entry of a first scan has no `changedAfter`, so it does not show an appearance between two scans.
  const mayBeThere = state.either.some(({ entry }) => entry.changedAfter !== null);
  if (state.status !== 'not-seen-yet' || mayBeThere) return;
  const { instanceName, region } = slice.resource;
  const first = slice.entries.find((entry) => entry.at > state.at);
  const when = first === undefined ? '' : `; the first scan that found it was at ${renderTime(first.changedBefore)}`;
  throw new CommandError(
    `Instance ${instanceName} in ${region} was not watched then (${renderTime(state.at)})${when}; expected a later time.`,
  );
}
