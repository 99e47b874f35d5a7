/** Decides what the entries say of one instant: which is in force, what it stands for, and what else may have been so already. */
import type { Exposure } from '../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { Gap, OtherState, StateAt } from './state-at.ts';
import { countUntil, exposureIn, instantOf, isAside, type Timeline } from './timeline.ts';

export type InstantReading = Pick<
  StateAt,
  'status' | 'entry' | 'snapshot' | 'exposure' | 'either' | 'gap' | 'transients'
>;

const nothingReachable: Exposure = { reach: [], dormant: [], notes: [] };

export function readInstant(timeline: Timeline, at: string): InstantReading {
  const count = countUntil(timeline.entries, instantOf, at);
  const entry = findInForce(timeline, count);
  const snapshot = entry === null ? null : findSnapshot(timeline, entry);
  const gap = findExpiry(timeline, count, entry, snapshot) ?? findGap(timeline, count, entry, at);
  const status = gap !== null ? 'unknown' : entry === null ? 'not-seen-yet' : entry.kind === 'gone' ? 'gone' : 'known';
  const isNothing = status === 'gone' || status === 'not-seen-yet';
  return {
    status,
    entry,
    snapshot,
    exposure: isNothing ? nothingReachable : snapshot && exposureIn(timeline, snapshot),
    either: listOtherStates(timeline, at),
    gap,
    transients: timeline.transients.filter((transient) => isDuringTransient(transient, at)),
  };
}

/** The newest of the first `count` entries that says what the state is. */
function findInForce({ entries }: Timeline, count: number): HistoryEntry | null {
  for (let i = count - 1; i >= 0; i -= 1) {
    const entry = entries[i];
    if (entry !== undefined && !isAside(entry)) return entry;
  }
  return null;
}

/** The entry with the rules that were in force from `entry` on; `null`: there are none, or it has expired. */
function findSnapshot({ byInstant }: Timeline, entry: HistoryEntry): HistoryEntry | null {
  if (entry.rules !== null) return entry;
  if (entry.kind === 'gone' || entry.previousRulesAt === null) return null;
  const holder = byInstant.get(entry.previousRulesAt) ?? null;
  return holder?.rules == null ? null : holder;
}

/** Versions rise by one: where one is missing it has expired, and may have been in force from the entry before it on. */
function findExpiry(
  { entries }: Timeline,
  count: number,
  entry: HistoryEntry | null,
  snapshot: HistoryEntry | null,
): Gap | null {
  const [last, next] = [entries[count - 1], entries[count]];
  const isHole = next !== undefined && next.version !== (last?.version ?? 0) + 1;
  const isWithoutRules = entry !== null && snapshot === null && entry.kind !== 'gone' && entry.kind !== 'gap';
  if (!isHole && !isWithoutRules && !isLost(entries, count, entry)) return null;
  return { scope: 'instance', since: last?.at ?? null, reason: 'expired', until: next?.at ?? null };
}

/** Has what was in force expired, and only what flapped since is left? */
function isLost(entries: readonly HistoryEntry[], count: number, entry: HistoryEntry | null): boolean {
  const last = entries[count - 1];
  if (last === undefined || last === entry) return false;
  return entry === null || last.version - entry.version !== count - 1 - entries.lastIndexOf(entry, count - 1);
}

function findGap(timeline: Timeline, count: number, entry: HistoryEntry | null, at: string): Gap | null {
  if (entry === null || entry.kind === 'gone') return null;
  const next = findNext(timeline, count);
  if (entry.kind === 'gap') return gapOf('instance', entry, next);
  const { regionEntries } = timeline;
  const regionCount = countUntil(regionEntries, instantOf, at);
  const regionEntry = regionEntries[regionCount - 1];
  // What was committed of the instance after its region was lost was read after that.
  if (regionEntry?.kind !== 'gap' || regionEntry.at <= entry.at) return null;
  return gapOf('region', regionEntry, earlier(next, regionEntries[regionCount]?.at ?? null));
}

function findNext({ entries }: Timeline, count: number): string | null {
  for (let i = count; i < entries.length; i += 1) {
    const entry = entries[i];
    if (entry !== undefined && !isAside(entry)) return entry.at;
  }
  return null;
}

function gapOf(scope: Gap['scope'], { at, failure }: HistoryEntry, until: string | null): Gap {
  return { scope, since: failure?.since ?? at, reason: failure?.reason ?? 'unexpected', until };
}

function earlier(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b < a) ? b : a;
}

/**
 * The changes after `at` whose windows hold it. They happened in their order: the first one that had surely not happened yet is the last
 * one to be looked at.
 */
function listOtherStates(timeline: Timeline, at: string): OtherState[] {
  const { changes } = timeline;
  const others: OtherState[] = [];
  for (let i = countUntil(changes, ({ entry }) => entry.at, at); i < changes.length; i += 1) {
    const change = changes[i];
    if (change === undefined || at <= change.after) break;
    others.push(otherState(timeline, change.entry));
  }
  return others;
}

function otherState(timeline: Timeline, entry: HistoryEntry): OtherState {
  if (entry.kind === 'gone') return { entry, status: 'gone', exposure: nothingReachable };
  return { entry, status: entry.kind === 'gap' ? 'unknown' : 'known', exposure: exposureIn(timeline, entry) };
}

/** Both ends count: CloudTrail says whole seconds, cut off. */
function isDuringTransient(transient: HistoryEntry, at: string): boolean {
  const [from, until] = whileOf(transient);
  return from <= at && at <= until;
}

/** From when until when it was so, both inclusive. Where the record does not say since when, it is the instant that is certain. */
export function whileOf({ changedAfter, changedBefore }: HistoryEntry): [from: string, until: string] {
  return [changedAfter ?? changedBefore, changedBefore];
}
