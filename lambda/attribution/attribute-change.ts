/**
 * Decides which calls made a change, and if these calls explain the change. Names all calls in the time window of the change, and does not
 * select one of them as the cause. `listCandidates` describes the calls at the edges of the window.
 */

import type { Firewall } from '../firewall/index.ts';
import type { Attribution } from '../history/attribution.ts';
import { rulesBeforeAt } from '../history/complete-entry.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import type { ApiCall, CallName } from './api-call.ts';
import { applyCall } from './apply-call.ts';
import { orderCalls, toAttributedCall } from './order-calls.ts';
import { exposureText, replayCalls } from './replay-calls.ts';

/** The times of CloudTrail are whole seconds: a call "at 10:01:03" was made before 10:01:04. */
export const callSecondMs = 1_000;

/** A read can return the old rules for up to this time after a call. This is an assumption: Lightsail does not document its delay. */
export const showsWithinMs = 10_000;

/**
 * `listCandidates` leaves out at most this number of the newest calls. Each list of candidates costs a replay, which applies all its calls
 * to a firewall.
 */
const mostCallsDropped = 5;

/**
 * The maximum number of calls in an attribution or in a transient change, because a message and an item have limited room. An attribution
 * keeps the newest calls.
 */
export const maxCallsNamed = 50;

/**
 * `before`: the firewall that the entry at `rulesBeforeAt(entry)` holds; `null`: this firewall is not known, or there was none. `calls`:
 * calls of any instances and times, in any order; copies are allowed. Returns `null` if none of the calls can have made this change.
 */
export function attributeChange(
  entry: HistoryEntry,
  before: Firewall | null,
  calls: readonly ApiCall[],
  found: { by: 'event' | 'lookup'; at: string },
): Attribution | null {
  const attribute = (named: ApiCall[]): Attribution | null => {
    if (!named.some(({ name }) => causes[entry.kind]?.includes(name))) return null;
    const fit = decideFit(entry, before, named);
    return { calls: named.slice(-maxCallsNamed).map(toAttributedCall), fit, foundBy: found.by, foundAt: found.at };
  };
  const [whole = null, ...others] = listCandidates(entry, before, calls).map(attribute);
  if (whole?.fit === 'explained') return whole;
  return others.find((other) => other?.fit === 'explained') ?? whole;
}

/**
 * Returns the lists of calls that can have made the change. The first list has all calls of the window. The other lists are possible
 * because a read can return old rules for up to `showsWithinMs`. The read before the change can lack a call from just before the window.
 * The read after the change can lack the newest calls of the window. A call in the same second as the last read can also be later than this
 * read.
 */
function listCandidates(entry: HistoryEntry, before: Firewall | null, calls: readonly ApiCall[]): ApiCall[][] {
  return [0, showsWithinMs].flatMap((earlierMs) => {
    const within = calls.filter((call) => isInWindow(entry, call, earlierMs));
    const named = dropSeenBefore(entry, before, orderCalls(within));
    const isShown = ({ at }: ApiCall) => Date.parse(at) + showsWithinMs <= Date.parse(entry.changedBefore);
    const least = Math.max(1, named.findLastIndex(isShown) + 1, named.length - mostCallsDropped);
    return [named, ...Array.from({ length: named.length - least }, (_, i) => named.slice(0, named.length - 1 - i))];
  });
}

export const portCalls: readonly CallName[] = [
  'OpenInstancePublicPorts',
  'CloseInstancePublicPorts',
  'PutInstancePublicPorts',
  'SetIpAddressType',
];
const creations: readonly CallName[] = ['CreateInstances', 'CreateInstancesFromSnapshot'];

const causes: Partial<Record<HistoryEntry['kind'], readonly CallName[]>> = {
  changed: portCalls,
  appeared: [...creations, ...portCalls],
  gone: ['DeleteInstance'],
};

/** If a new instance replaced a deleted instance of the same name, the deletion is part of the change. */
function isInWindow(entry: HistoryEntry, call: ApiCall, earlierMs: number): boolean {
  const { account, region, instanceName } = entry.resource;
  if (call.account !== account || call.region !== region) return false;
  if (instanceName === null || !call.instanceNames.includes(instanceName)) return false;
  const replacing = entry.replaces !== null && call.name === 'DeleteInstance';
  if (!replacing && causes[entry.kind]?.includes(call.name) !== true) return false;
  const at = Date.parse(call.at);
  const after = entry.changedAfter ?? rulesBeforeAt(entry);
  return (after === null || at + callSecondMs + earlierMs > Date.parse(after)) && at <= Date.parse(entry.changedBefore);
}

/**
 * `changedAfter` is the start of a scan, and the scan read this instance some seconds later. So the firewall before the change can already
 * contain the first calls. These calls have no effect on that firewall, and are dropped.
 */
function dropSeenBefore(entry: HistoryEntry, before: Firewall | null, calls: readonly ApiCall[]): ApiCall[] {
  const readAt = rulesBeforeAt(entry);
  if (before === null || readAt === null) return [...calls];
  const firstNew = calls.findIndex((call) => call.at > readAt || hasEffect(before, call));
  return firstNew === -1 ? [] : calls.slice(firstNew);
}

function hasEffect(before: Firewall, call: ApiCall): boolean {
  const after = applyCall(before, call);
  return after === null || exposureText(after) !== exposureText(before);
}

function decideFit(entry: HistoryEntry, before: Firewall | null, calls: readonly ApiCall[]): Attribution['fit'] {
  if (entry.kind === 'gone') return 'explained';
  if (entry.kind === 'appeared') return decideArrivalFit(entry, calls);
  const after = firewallOf(entry);
  if (before === null || after === null) return 'not-told';
  const replays = replayCalls(addressedAs(after, before), after, calls);
  return Array.isArray(replays) ? 'explained' : replays;
}

/**
 * Returns `before` with the ipAddressType of the firewall after the change, if the exposure stays the same. A change of the ipAddressType
 * alone has no entry if the exposure stays the same, so `before` can hold an outdated type.
 */
function addressedAs({ ipAddressType }: Firewall, before: Firewall): Firewall {
  const addressed = { ...before, ipAddressType };
  return exposureText(addressed) === exposureText(before) ? addressed : before;
}

/**
 * A new instance has the default rules of its blueprint, which are not known. A later Put replaces all rules, so the replay begins with
 * this Put.
 */
function decideArrivalFit(entry: HistoryEntry, calls: readonly ApiCall[]): Attribution['fit'] {
  if (!calls.some(({ name }) => creations.includes(name))) return 'not-explained';
  const later = calls.slice(calls.findLastIndex(({ name }) => creations.includes(name)) + 1);
  if (later.length === 0) return 'explained';
  const put = later.findIndex(({ name }) => name === 'PutInstancePublicPorts');
  const after = firewallOf(entry);
  if (put === -1 || after === null) return 'not-told';
  const replays = replayCalls({ ...after, rules: [] }, after, later.slice(put));
  return Array.isArray(replays) ? 'explained' : replays;
}
