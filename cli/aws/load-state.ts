import type { Resource } from '../../lambda/history/entry.ts';
import { CommandError } from '../command-error.ts';
import type { Evidence } from '../questions/evidence.ts';
import { type StateAt, stateAt } from '../questions/state-at.ts';
import type { RenderTime } from '../text/render-time.ts';
import { EvidenceLoader } from './load-evidence.ts';
import type { Deployment } from './open-deployment.ts';

/** The state of an instance at an instant, and what it was read from. */
export async function loadState(
  { reader }: Pick<Deployment, 'reader'>,
  resource: Resource,
  at: string,
): Promise<{ state: StateAt; evidence: Evidence }> {
  const evidence = await new EvidenceLoader(reader, { from: at, until: at }).load(resource);
  return { state: stateAt(evidence, at), evidence };
}

/** Throws CommandError where the instance was not seen yet, and may not have been there either. */
export function refuseUnseen(
  { state, evidence }: { state: StateAt; evidence: Evidence },
  renderTime: RenderTime,
): void {
  // What was there at the first look may always have been there: of that, too, nothing is known.
  const mayBeThere = state.either.some(({ entry }) => entry.changedAfter !== null);
  if (state.status !== 'not-seen-yet' || mayBeThere) return;
  const { instanceName, region } = evidence.resource;
  const first = evidence.entries.find((entry) => entry.at > state.at);
  const when = first === undefined ? '' : `; it was first seen at ${renderTime(first.changedBefore)}`;
  throw new CommandError(
    `Nothing is known of ${instanceName} in ${region} at ${renderTime(state.at)}${when}; expected a time since then.`,
  );
}
