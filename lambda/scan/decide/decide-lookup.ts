/** Decides when API calls are looked up in CloudTrail, in which regions, and how far back. Pure. */

import type { CallName } from '../../attribution/api-call.ts';
import { portCalls } from '../../attribution/attribute-change.ts';
import { defaultRecordDelayMs } from '../../attribution/find-transient-changes.ts';
import { watchedCalls } from '../../contract/watched-calls.ts';
import { causedKinds, type HistoryEntry } from '../../history/entry.ts';
import { toInstant } from '../../history/instants.ts';
import type { LatestState } from '../../history/latest-state.ts';
import type { CallSpan, CallState } from '../interfaces.ts';

/** A quarter of an hour, less half a minute, because the starts of scans vary. */
const passEveryMs = 14.5 * 60_000;
/** The shortest interval, while a change waits for its calls. CloudTrail delivers a record after five minutes on average. */
const soonMs = 4 * 60_000;
/** The calls of a change are looked up for this long. If the scans have longer intervals, one more lookup follows. */
export const waitForCallsMs = 3 * 60 * 60_000;
/** CloudTrail delivers records late, so each lookup begins this long before the end of the earlier lookup. */
const overlapMs = defaultRecordDelayMs;
/** The instants of CloudTrail are cut to whole seconds. */
const callSecondMs = 1_000;
/** The limit for calls whose effect no read shows, for example if the instance cannot be read for a week. */
const longestBackMs = 7 * 24 * 60 * 60_000;

/**
 * True every quarter of an hour, and more often after a new entry or while a change waits for its calls. Always false without instances. A
 * clock that went back must not delay the pass.
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
 * Ms since the epoch. Changes of the region after this instant wait for their calls. Scans can be a day apart, and lookups can fail for
 * hours. So the time counts back from the instant up to which the region's calls are processed, but never more than 7 days from now.
 */
export function decideWaitStart(region: string, state: CallState | null, nowMs: number): number {
  const doneUntil = state?.doneUntil[region];
  const doneMs = doneUntil === undefined ? nowMs : Math.min(nowMs, Date.parse(doneUntil));
  return Math.max(doneMs - waitForCallsMs, nowMs - longestBackMs);
}

/** Instances whose newest entry is recent, and is not of the region's first listing. */
export function listRecent(states: readonly LatestState[], callState: CallState | null, nowMs: number): LatestState[] {
  const regions = states.filter(({ baselinedAt }) => baselinedAt !== null);
  const baselines = new Map(regions.map(({ resource, baselinedAt }) => [resource.region, baselinedAt]));
  return states.filter(({ resource, lastAt, version }) => {
    if (resource.instanceName === null || lastAt === null) return false;
    const isFirstListing = version === 1 && lastAt <= (baselines.get(resource.region) ?? '');
    return Date.parse(lastAt) > decideWaitStart(resource.region, callState, nowMs) && !isFirstListing;
  });
}

/** True for a recorded change of the last hours, even with an attribution, because the record of another call can come later. */
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
 * The instant until which calls are looked up more often. A change waits if it has no attribution, or one from an event that does not
 * explain the change. `null`: no change waits. `waiting`: see `isWaiting`.
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

/** Regions with instances, or with instances that were deleted recently. */
export function listRegions(states: readonly LatestState[], callState: CallState | null, nowMs: number): string[] {
  const there = states.filter(({ resource, status }) => resource.instanceName !== null && status !== 'gone');
  return [
    ...new Set([...there, ...listRecent(states, callState, nowMs)].map(({ resource }) => resource.region)),
  ].sort();
}

/** Each name costs a request, so calls that create and delete instances are only looked up if they can explain a change. */
export function listNames(waiting: readonly HistoryEntry[]): readonly CallName[] {
  return waiting.some(({ kind }) => kind !== 'changed') ? watchedCalls : portCalls;
}

/**
 * The span of a lookup, until now. It begins shortly before `doneUntil`, up to which every call is processed (undefined: no lookup yet). If
 * a change waits for earlier calls, the span begins there. The span never has more than 7 days.
 */
export function decideSpan(doneUntil: string | undefined, waiting: readonly HistoryEntry[], nowMs: number): CallSpan {
  const done = doneUntil === undefined ? nowMs - waitForCallsMs : Date.parse(doneUntil) - overlapMs;
  const begun = waiting.map(({ changedAfter, changedBefore }) =>
    changedAfter === null ? Date.parse(changedBefore) - waitForCallsMs : Date.parse(changedAfter) - callSecondMs,
  );
  const from = Math.max(Math.min(done, nowMs - overlapMs, ...begun), nowMs - longestBackMs);
  return { from: toInstant(from), until: toInstant(nowMs) };
}
