/** Decides when API calls are looked up in CloudTrail, in which regions, and how far back. Pure. */

import type { CallName } from '../../attribution/api-call.ts';
import { portCalls } from '../../attribution/attribute-change.ts';
import { defaultRecordDelayMs } from '../../attribution/find-transient-changes.ts';
import { watchedCalls } from '../../contract/watched-calls.ts';
import { causedKinds, type HistoryEntry } from '../../history/entry.ts';
import { toInstant } from '../../history/instants.ts';
import type { LatestState } from '../../history/latest-state.ts';
import type { CallSpan, CallState } from '../interfaces.ts';

/** A quarter of an hour, minus the variation of the start of a scan. */
const passEveryMs = 14.5 * 60_000;
/** The interval while a change has no attribution. CloudTrail delivers a record after five minutes on average. */
const soonMs = 4 * 60_000;
/**
 * The time after a change in which its calls are looked up. If scans are rarer than this, the first scan after this time looks them up once
 * more.
 */
export const waitForCallsMs = 3 * 60 * 60_000;
/** CloudTrail delivers records late, so each lookup starts this long before the end of the earlier lookup. */
const overlapMs = defaultRecordDelayMs;
/** The instants of CloudTrail are cut to whole seconds. */
const callSecondMs = 1_000;
/** Older calls are no longer looked up, for example if the instance cannot be read for a week. */
const longestBackMs = 7 * 24 * 60 * 60_000;

/** Due every quarter of an hour; more often while a change has no attribution. A clock that went back must not delay the pass. */
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
 * Ms since the epoch: changes of the region from this instant on wait for their calls. The time is counted back from the instant up to
 * which the region's calls are processed, because scans can be a day apart, and lookups can fail for hours.
 */
export function decideWaitStart(region: string, state: CallState | null, nowMs: number): number {
  const doneUntil = state?.doneUntil[region];
  const doneMs = doneUntil === undefined ? nowMs : Math.min(nowMs, Date.parse(doneUntil));
  return Math.max(doneMs - waitForCallsMs, nowMs - longestBackMs);
}

/** Instances with a recent entry that an API call may have caused; not those of a region's first listing. */
export function listRecent(states: readonly LatestState[], callState: CallState | null, nowMs: number): LatestState[] {
  const baselines = new Map(
    states.map(({ resource, baselinedAt }) => [resource.region, baselinedAt] as const).filter(isBaseline),
  );
  return states.filter(({ resource, lastAt, version }) => {
    if (resource.instanceName === null || lastAt === null) return false;
    const isFirstListing = version === 1 && lastAt <= (baselines.get(resource.region) ?? '');
    return Date.parse(lastAt) > decideWaitStart(resource.region, callState, nowMs) && !isFirstListing;
  });
}

function isBaseline(pair: readonly [string, string | null]): pair is readonly [string, string] {
  return pair[1] !== null;
}

/** True for a change of the last hours. It is true even if an attribution is known, because the record of another call may come later. */
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
 * The instant until which calls are looked up more often, because a change has no attribution, or an event's attribution that does not
 * explain the change. `null`: there is no such change. `waiting`: see `isWaiting`.
 */
export function decideWaitsUntil(waiting: readonly HistoryEntry[]): string | null {
  const ends = waiting.map(({ at, changedBy }) => {
    if (!changedBy) return Date.parse(at) + waitForCallsMs;
    // An event brought some of the calls. When CloudTrail's delay is over, a lookup finds all of them.
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

/** The calls that create and delete instances are looked up only if they can explain a change, because each name costs a request. */
export function listNames(waiting: readonly HistoryEntry[]): readonly CallName[] {
  return waiting.some(({ kind }) => kind !== 'changed') ? watchedCalls : portCalls;
}

/**
 * The span to look up, until now. It begins at the instant up to which every call is processed, or earlier, at the oldest change that waits
 * for its calls. `doneUntil` is undefined if no call of the region was processed yet.
 */
export function decideSpan(doneUntil: string | undefined, waiting: readonly HistoryEntry[], nowMs: number): CallSpan {
  const done = doneUntil === undefined ? nowMs - waitForCallsMs : Date.parse(doneUntil) - overlapMs;
  const begun = waiting.map(({ changedAfter, changedBefore }) =>
    changedAfter === null ? Date.parse(changedBefore) - waitForCallsMs : Date.parse(changedAfter) - callSecondMs,
  );
  const from = Math.max(Math.min(done, nowMs - overlapMs, ...begun), nowMs - longestBackMs);
  return { from: toInstant(from), until: toInstant(nowMs) };
}
