/** Decides when an attribution pass looks up API calls in CloudTrail, in which regions, and how far back. Pure. */

import type { CallName } from '../../attribution/api-call.ts';
import { portCalls } from '../../attribution/attribute-change.ts';
import { defaultRecordDelayMs } from '../../attribution/find-transient-changes.ts';
import { watchedCalls } from '../../contract/watched-calls.ts';
import { causedKinds, type HistoryEntry } from '../../history/entry.ts';
import { toInstant } from '../../history/instants.ts';
import type { LatestState } from '../../history/latest-state.ts';
import type { CallSpan, CallState } from '../interfaces.ts';

/** Time between attribution passes: a quarter of an hour, less half a minute, because the starts of scans vary. */
const passEveryMs = 14.5 * 60_000;
/**
 * The shortest time between attribution passes, while a change waits for its calls. CloudTrail delivers a record after five minutes on
 * average.
 */
const soonMs = 4 * 60_000;
/** For this long after a change, CloudTrail is searched for its calls. If scans are further apart than this, one more lookup follows. */
export const waitForCallsMs = 3 * 60 * 60_000;
/** CloudTrail delivers records late, so the time span of each lookup overlaps the earlier span by at least this. */
const overlapMs = defaultRecordDelayMs;
/** The instants of CloudTrail are cut to whole seconds. */
const callSecondMs = 1_000;
/**
 * A lookup goes back at most this far. This limit matters for calls whose effect no read shows, for example if the instance cannot be read
 * for a week.
 */
const longestBackMs = 7 * 24 * 60 * 60_000;

/**
 * True if an attribution pass is due: every quarter of an hour, and more often after a new entry or while a change waits for its calls.
 * Always false without instances. A clock that went back must not delay the attribution pass.
 */
export function isPassDue(state: CallState | null, states: readonly LatestState[], nowMs: number): boolean {
  if (!states.some(({ resource }) => resource.instanceName !== null)) return false;
  if (state === null) return true;
  const sinceMs = nowMs - Date.parse(state.passedAt);
  if (sinceMs < 0 || sinceMs >= passEveryMs) return true;
  if (sinceMs < soonMs) return false;
  if (state.waitsUntil !== null && nowMs < Date.parse(state.waitsUntil)) return true;
  return listRecent(states, state, nowMs).some(({ lastAt }) => (lastAt ?? '') > state.passedAt);
}

/**
 * Changes of the region later than the returned instant (ms since the epoch) still wait for their calls. It is three hours before the
 * instant up to which the region's calls are processed. Three hours ago would be too late, because scans can be a day apart, and lookups
 * can fail. Never more than 7 days ago.
 */
export function decideWaitStart(region: string, state: CallState | null, nowMs: number): number {
  const doneUntil = state?.doneUntil[region];
  const doneMs = doneUntil === undefined ? nowMs : Math.min(nowMs, Date.parse(doneUntil));
  return Math.max(doneMs - waitForCallsMs, nowMs - longestBackMs);
}

/** Instances whose newest entry is later than `decideWaitStart`, except for entries of the region's first listing. */
export function listRecent(states: readonly LatestState[], callState: CallState | null, nowMs: number): LatestState[] {
  const regions = states.filter(({ baselinedAt }) => baselinedAt !== null);
  const baselines = new Map(regions.map(({ resource, baselinedAt }) => [resource.region, baselinedAt]));
  return states.filter(({ resource, lastAt, version }) => {
    if (resource.instanceName === null || lastAt === null) return false;
    const isFirstListing = version === 1 && lastAt <= (baselines.get(resource.region) ?? '');
    return Date.parse(lastAt) > decideWaitStart(resource.region, callState, nowMs) && !isFirstListing;
  });
}

/**
 * True for a recorded change that is later than `decideWaitStart`. A change that has an attribution is included, because the record of
 * another call can come later.
 */
export function isWaiting(
  entry: HistoryEntry,
  { resource, recorded }: LatestState,
  callState: CallState | null,
  nowMs: number,
): boolean {
  const isFresh = Date.parse(entry.at) > decideWaitStart(resource.region, callState, nowMs);
  return isFresh && causedKinds.includes(entry.kind) && entry.version <= recorded;
}

/**
 * The instant until which calls are looked up more often. The reason is a change without an attribution, or a change that its attribution
 * from an event does not explain. `null`: there is no such change. `waiting`: the changes for which `isWaiting` is true.
 */
export function decideWaitsUntil(waiting: readonly HistoryEntry[]): string | null {
  const ends = waiting.map(({ at, changedBy }) => {
    if (!changedBy) return Date.parse(at) + waitForCallsMs;
    // The event named some of the calls. After CloudTrail's delay, a lookup finds all of them.
    return changedBy.foundBy === 'event' && changedBy.fit !== 'explained' ? Date.parse(at) + defaultRecordDelayMs : 0;
  });
  const last = Math.max(0, ...ends);
  return last === 0 ? null : toInstant(last);
}

/** Returns the regions in which calls are looked up: regions with instances, or with recently deleted instances. */
export function listRegions(states: readonly LatestState[], callState: CallState | null, nowMs: number): string[] {
  const there = states.filter(({ resource, status }) => resource.instanceName !== null && status !== 'gone');
  return [
    ...new Set([...there, ...listRecent(states, callState, nowMs)].map(({ resource }) => resource.region)),
  ].sort();
}

/**
 * Returns the names of the calls to look up. Each name costs a request, so calls that create and delete instances are looked up only if
 * they can explain a change.
 */
export function listNames(waiting: readonly HistoryEntry[]): readonly CallName[] {
  return waiting.some(({ kind }) => kind !== 'changed') ? watchedCalls : portCalls;
}

/**
 * Returns the time span of a lookup, which ends now. The span begins shortly before `doneUntil`, the instant up to which every call is
 * processed (undefined: there was no lookup yet). If the calls of a waiting change can be earlier, the span begins before them. The span
 * is never longer than 7 days.
 */
export function decideSpan(doneUntil: string | undefined, waiting: readonly HistoryEntry[], nowMs: number): CallSpan {
  const done = doneUntil === undefined ? nowMs - waitForCallsMs : Date.parse(doneUntil) - overlapMs;
  const begun = waiting.map(({ changedAfter, changedBefore }) =>
    changedAfter === null ? Date.parse(changedBefore) - waitForCallsMs : Date.parse(changedAfter) - callSecondMs,
  );
  const from = Math.max(Math.min(done, nowMs - overlapMs, ...begun), nowMs - longestBackMs);
  return { from: toInstant(from), until: toInstant(nowMs) };
}
