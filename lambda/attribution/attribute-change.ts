/** Says who made a change: the calls in its window, and whether they account for it. Refuses to choose between two of them. */

import type { Firewall } from '../firewall/index.ts';
import type { Attribution } from '../history/attribution.ts';
import { rulesBeforeAt } from '../history/complete-entry.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import type { ApiCall, CallName } from './api-call.ts';
import { applyCall } from './apply-call.ts';
import { orderCalls, toAttributedCall } from './order-calls.ts';
import { exposureText, replayCalls } from './replay-calls.ts';

/** CloudTrail says whole seconds: a call "at 10:01:03" was made before 10:01:04. */
export const callSecondMs = 1_000;

/** How long Lightsail may take to answer with what was just changed is not documented: so long after a call a read may not show it. */
export const showsWithinMs = 10_000;

/** So many calls are named at most, the newest of them: what a message and an item have room for. */
export const maxCallsNamed = 50;

/**
 * `before`: the firewall before the entry (that of the entry at `rulesBeforeAt(entry)`); `null`: not known, or there was none.
 * `calls`: of whatever instances and times, in any order, copies included. `null`: none of them can have made this change.
 */
export function attributeChange(
  entry: HistoryEntry,
  before: Firewall | null,
  calls: readonly ApiCall[],
  found: { by: 'event' | 'lookup'; at: string },
): Attribution | null {
  const attribution = attributeWithin(0, entry, before, calls, found);
  if (attribution?.fit === 'explained') return attribution;
  // The read that the window begins with may have been too early to show a call just before it.
  const wider = attributeWithin(showsWithinMs, entry, before, calls, found);
  return wider?.fit === 'explained' ? wider : attribution;
}

function attributeWithin(
  earlierMs: number,
  entry: HistoryEntry,
  before: Firewall | null,
  calls: readonly ApiCall[],
  found: { by: 'event' | 'lookup'; at: string },
): Attribution | null {
  const within = calls.filter((call) => isInWindow(entry, call, earlierMs));
  const named = dropSeenBefore(entry, before, orderCalls(within));
  const isMade = named.some(({ name }) => makers[entry.kind]?.includes(name) === true);
  if (!isMade) return null;
  return {
    calls: named.slice(-maxCallsNamed).map(toAttributedCall),
    fit: decideFit(entry, before, named),
    foundBy: found.by,
    foundAt: found.at,
  };
}

export const portCalls: readonly CallName[] = [
  'OpenInstancePublicPorts',
  'CloseInstancePublicPorts',
  'PutInstancePublicPorts',
  'SetIpAddressType',
];
const creations: readonly CallName[] = ['CreateInstances', 'CreateInstancesFromSnapshot'];

/** The calls that can have led to each kind of entry. */
const makers: Partial<Record<HistoryEntry['kind'], readonly CallName[]>> = {
  changed: portCalls,
  appeared: [...creations, ...portCalls],
  gone: ['DeleteInstance'],
};

/** Of a new instance, the deletion of the one that it took the place of belongs to the story. */
function isInWindow(entry: HistoryEntry, call: ApiCall, earlierMs: number): boolean {
  const { account, region, instanceName } = entry.resource;
  if (call.account !== account || call.region !== region) return false;
  if (instanceName === null || !call.instanceNames.includes(instanceName)) return false;
  const replacing = entry.replaces !== null && call.name === 'DeleteInstance';
  if (!replacing && makers[entry.kind]?.includes(call.name) !== true) return false;
  const at = Date.parse(call.at);
  const after = entry.changedAfter ?? rulesBeforeAt(entry);
  return (after === null || at + callSecondMs + earlierMs > Date.parse(after)) && at <= Date.parse(entry.changedBefore);
}

/**
 * `changedAfter` is the start of a scan, which read this instance some seconds later: a call in these seconds may be in the firewall
 * before already, and the entry before names it. Such a call changes nothing more.
 */
function dropSeenBefore(entry: HistoryEntry, before: Firewall | null, calls: readonly ApiCall[]): ApiCall[] {
  const readAt = rulesBeforeAt(entry);
  if (before === null || readAt === null) return [...calls];
  const firstNew = calls.findIndex((call) => call.at > readAt || hasEffect(before, call));
  return firstNew === -1 ? [] : calls.slice(firstNew);
}

function hasEffect(before: Firewall, call: ApiCall): boolean {
  const after = applyCall(before.rules, before.ipAddressType ?? null, call);
  return after === null || exposureText(after) !== exposureText(before);
}

function decideFit(entry: HistoryEntry, before: Firewall | null, calls: readonly ApiCall[]): Attribution['fit'] {
  if (entry.kind === 'gone') return 'explained';
  if (entry.kind === 'appeared') return decideArrivalFit(entry, calls);
  const after = firewallOf(entry);
  if (before === null || after === null) return 'not-told';
  const replays = replayCalls(before, after, calls);
  if (Array.isArray(replays)) return 'explained';
  return replays === 'none' ? 'not-explained' : 'not-told';
}

/** A new instance has the default rules of its blueprint, which only a Put that came later takes out of the question. */
function decideArrivalFit(entry: HistoryEntry, calls: readonly ApiCall[]): Attribution['fit'] {
  if (!calls.some(({ name }) => creations.includes(name))) return 'not-explained';
  const later = calls.slice(calls.findLastIndex(({ name }) => creations.includes(name)) + 1);
  if (later.length === 0) return 'explained';
  const put = later.findIndex(({ name }) => name === 'PutInstancePublicPorts');
  const after = firewallOf(entry);
  if (put === -1 || after === null) return 'not-told';
  const replays = replayCalls({ ...after, rules: [] }, after, later.slice(put));
  if (Array.isArray(replays)) return 'explained';
  return replays === 'none' ? 'not-explained' : 'not-told';
}
