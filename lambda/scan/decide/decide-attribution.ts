import type { ApiCall } from '../../attribution/api-call.ts';
import { attributeChange, maxCallsNamed } from '../../attribution/attribute-change.ts';
import { defaultRecordDelayMs } from '../../attribution/find-transient-changes.ts';
import type { Firewall } from '../../firewall/index.ts';
import type { Attribution } from '../../history/attribution.ts';
import { compareText } from '../../history/compare-text.ts';
import type { HistoryEntry } from '../../history/entry.ts';
import { toInstant } from '../../history/instants.ts';
import type { LatestState } from '../../history/latest-state.ts';

export interface FoundAttribution {
  latest: LatestState;
  /** Completed by `completeEntry`, as far as possible. */
  entry: HistoryEntry;
  attribution: Attribution;
}

/**
 * How the calls of an attribution were found. `commit`: an event came before the change was committed. `event`: an event came after the
 * commit. `lookup`: a lookup in CloudTrail found the calls.
 */
export type CallOrigin = 'commit' | 'event' | 'lookup';

/**
 * Finds the calls among `calls` that made the change. `null`: no call can have made the change, the attribution is not accepted yet, or the
 * entry already has an attribution that is as good. `now`: ms since the epoch.
 */
export function decideAttribution(
  entry: HistoryEntry,
  before: Firewall | null,
  calls: readonly ApiCall[],
  origin: CallOrigin,
  now: number,
): Attribution | null {
  if (calls.length === 0) return null;
  const by = origin === 'lookup' ? 'lookup' : 'event';
  const found = attributeChange(entry, before, calls, { by, at: toInstant(now) });
  if (found === null) return null;
  const attribution = addKnownCalls(found, entry.changedBy, calls);
  return isBetter(attribution, entry) && acceptAttribution(attribution, origin, now) ? attribution : null;
}

/**
 * Adds the calls that the entry's attribution already names, up to `maxCallsNamed` calls. The entry has no parameters of these calls. So if
 * `replayed` lacks one of them, whether all calls together explain the change is `not-told`.
 */
function addKnownCalls(
  found: Attribution,
  known: HistoryEntry['changedBy'],
  replayed: readonly ApiCall[],
): Attribution {
  const others = known?.calls.filter(({ eventId }) => !names(found, eventId)) ?? [];
  if (others.length === 0) return found;
  const calls = [...others, ...found.calls].sort((a, b) => compareText(a.at, b.at)).slice(-maxCallsNamed);
  const isReplayed = others.every(({ eventId }) => replayed.some((call) => call.eventId === eventId));
  return { ...found, calls, fit: isReplayed ? found.fit : 'not-told' };
}

/**
 * True if the attribution names a further call, or is the first that explains the change. An attribution that explains the change is
 * replaced only by an attribution that also explains the change. For a new instance this rule does not apply, because a creation explains
 * any firewall.
 */
function isBetter({ calls, fit }: Attribution, { kind, changedBy: known }: HistoryEntry): boolean {
  if (!known) return true;
  const isExplained = known.fit === 'explained';
  if (isExplained && fit !== 'explained' && kind !== 'appeared') return false;
  return calls.some(({ eventId }) => !names(known, eventId)) || (fit === 'explained' && !isExplained);
}

function names({ calls }: Attribution, eventId: string): boolean {
  return calls.some((call) => call.eventId === eventId);
}

/**
 * An attribution is accepted at once if it explains the change, or if the change is not committed yet. Otherwise the scan waits for missing
 * calls. A `not-explained` attribution from an event waits for a lookup in CloudTrail. An attribution from a lookup waits until CloudTrail
 * has delivered every record. So most changes get one follow-up alert, not several.
 */
function acceptAttribution({ fit, calls }: Attribution, origin: CallOrigin, now: number): boolean {
  if (fit === 'explained' || origin === 'commit') return true;
  if (origin === 'event') return fit !== 'not-explained';
  return calls.every(({ at }) => Date.parse(at) + defaultRecordDelayMs <= now);
}
