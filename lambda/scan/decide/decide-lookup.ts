/** When calls are looked up, where, and how far back. Pure. */

import type { CallName } from '../../attribution/api-call.ts';
import { portCalls } from '../../attribution/attribute-change.ts';
import { defaultSettleMs } from '../../attribution/find-transient-changes.ts';
import { watchedCalls } from '../../firewall/watched-calls.ts';
import type { HistoryEntry } from '../../history/entry.ts';
import type { CallSpan, CallState } from '../call-roles.ts';
import type { LatestState } from '../latest-state.ts';

/** A quarter of an hour, less what the starts of two scans may differ by. */
const passEveryMs = 14.5 * 60_000;
/** While a change waits for whoever made it: records take CloudTrail five minutes on average. */
const soonMs = 4 * 60_000;
/** So long a change waits. */
export const waitForCallsMs = 3 * 60 * 60_000;
/** Records come late: each lookup goes back behind the end of the one before it by this much. */
const overlapMs = defaultSettleMs;
/** CloudTrail says whole seconds, cut off. */
const callSecondMs = 1_000;
/** What could not be judged for so long, since the instance could not be read, is given up. */
const longestBackMs = 7 * 24 * 60 * 60_000;

/** Kinds of entries that calls bring about. What a first listing found has always been there. */
const madeKinds: readonly HistoryEntry['kind'][] = ['changed', 'appeared', 'gone'];

/** Every quarter of an hour; sooner while a change waits. A clock that went back must not hold it up. */
export function isPassDue(state: CallState | null, states: readonly LatestState[], nowMs: number): boolean {
  if (!states.some(({ resource }) => resource.instanceName !== null)) return false;
  if (state === null) return true;
  const sinceMs = nowMs - Date.parse(state.passedAt);
  if (sinceMs < 0 || sinceMs >= passEveryMs) return true;
  if (sinceMs < soonMs) return false;
  if (state.waitsUntil !== null && nowMs < Date.parse(state.waitsUntil)) return true;
  return listRecent(states, nowMs).some(({ lastAt }) => (lastAt ?? '') > state.passedAt);
}

/** Of which something was written lately that somebody may have made: what a region's first listing found is not of that kind. */
export function listRecent(states: readonly LatestState[], nowMs: number): LatestState[] {
  const baselines = new Map(
    states.map(({ resource, baselinedAt }) => [resource.region, baselinedAt] as const).filter(isBaseline),
  );
  return states.filter(({ resource, lastAt, version }) => {
    if (resource.instanceName === null || lastAt === null) return false;
    const isFirstListing = version === 1 && lastAt <= (baselines.get(resource.region) ?? '');
    return nowMs - Date.parse(lastAt) < waitForCallsMs && !isFirstListing;
  });
}

function isBaseline(pair: readonly [string, string | null]): pair is readonly [string, string] {
  return pair[1] !== null;
}

/** A change of the last hours of which nobody knows who made it. */
export function isWaiting(entry: HistoryEntry, { recorded }: LatestState, nowMs: number): boolean {
  const isFresh = nowMs - Date.parse(entry.at) < waitForCallsMs;
  return isFresh && madeKinds.includes(entry.kind) && !entry.changedBy && entry.version <= recorded;
}

/** Regions with instances, or with some that went lately. */
export function listRegions(states: readonly LatestState[], nowMs: number): string[] {
  const there = states.filter(({ resource, status }) => resource.instanceName !== null && status !== 'gone');
  return [...new Set([...there, ...listRecent(states, nowMs)].map(({ resource }) => resource.region))].sort();
}

/** Creation and deletion are asked about only where they would tell something: each name is a request. */
export function listNames(waiting: readonly HistoryEntry[]): readonly CallName[] {
  return waiting.some(({ kind }) => kind !== 'changed') ? watchedCalls : portCalls;
}

/**
 * From where all is done, or where the oldest change that waits began, until now. Where nothing is done yet: from as far back as a
 * change would wait.
 */
export function decideSpan(doneUntil: string | undefined, waiting: readonly HistoryEntry[], nowMs: number): CallSpan {
  const done = doneUntil === undefined ? nowMs - waitForCallsMs : Date.parse(doneUntil) - overlapMs;
  const begun = waiting.map(({ changedAfter, changedBefore }) =>
    changedAfter === null ? Date.parse(changedBefore) - waitForCallsMs : Date.parse(changedAfter) - callSecondMs,
  );
  const from = Math.max(Math.min(done, nowMs - overlapMs, ...begun), nowMs - longestBackMs);
  return { from: new Date(from).toISOString(), until: new Date(nowMs).toISOString() };
}
