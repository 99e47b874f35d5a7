import type { ApiCall } from '../../attribution/api-call.ts';
import { attributeChange } from '../../attribution/attribute-change.ts';
import { defaultRecordDelayMs } from '../../attribution/find-transient-changes.ts';
import type { Firewall } from '../../firewall/index.ts';
import type { Attribution } from '../../history/attribution.ts';
import type { HistoryEntry } from '../../history/entry.ts';
import { toInstant } from '../../history/instants.ts';

/**
 * How the calls were found: `commit`: an event brought them before the change was committed; `event`: an event brought them after the
 * change was recorded; `lookup`: CloudTrail was searched.
 */
export type CallOrigin = 'commit' | 'event' | 'lookup';

/** The attribution of a change to some of the calls; `null`: none is accepted, or not yet. `now`: ms since the epoch. */
export function decideAttribution(
  entry: HistoryEntry,
  before: Firewall | null,
  calls: readonly ApiCall[],
  origin: CallOrigin,
  now: number,
): Attribution | null {
  if (calls.length === 0) return null;
  const by = origin === 'lookup' ? 'lookup' : 'event';
  const attribution = attributeChange(entry, before, calls, { by, at: toInstant(now) });
  return attribution !== null && acceptAttribution(attribution, origin, now) ? attribution : null;
}

/**
 * An attribution that is stored is final, so one that does not explain the change waits for missing calls: those of an event scan until
 * an attribution pass looks the calls up, those of a lookup until CloudTrail has delivered every record.
 */
function acceptAttribution({ fit, calls }: Attribution, origin: CallOrigin, now: number): boolean {
  if (fit === 'explained' || origin === 'commit') return true;
  if (origin === 'event') return fit !== 'not-explained';
  return calls.every(({ at }) => Date.parse(at) + defaultRecordDelayMs <= now);
}
