/**
 * Decides the state of one instant from the entries: the entry in force, its snapshot, and the states that a change had perhaps already
 * caused.
 */
import type { Exposure } from '../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { earlierOf } from '../../lambda/history/instants.ts';
import { leavesStateUnchanged } from './leaves-state-unchanged.ts';
import { countUntil, exposureIn, instantOf, type Timeline } from './timeline.ts';
import type { Gap, UnreadSpan } from './unread-spans.ts';

type StateStatus = 'not-seen-yet' | 'known' | 'unknown' | 'gone';

export interface StatusAt {
  status: StateStatus;
  /** The entry in force; `null`: the instant is before the first entry, or the entry has expired. */
  entry: HistoryEntry | null;
  /** The entry with the rules in force. If the status is `unknown`: with the rules at the last read; `null`: no such entry. */
  snapshot: HistoryEntry | null;
  /**
   * Exposure of the snapshot. Empty for `gone`, and for `not-seen-yet` if a scan did not find the instance. `null`: unknown (never read,
   * not watched at that time, or the snapshot has expired).
   */
  exposure: Exposure | null;
  /** Changes found after the queried instant that perhaps happened before it, earliest first. Several are possible only within one scan. */
  either: OtherState[];
  /** Set if and only if `status` is `unknown`. */
  gap: Gap | null;
  /**
   * Entries of kind `flapped` whose period contains the queried instant. The reach that they opened was then open in addition to
   * `exposure`.
   */
  transients: HistoryEntry[];
}

export interface OtherState {
  entry: HistoryEntry;
  /** `unknown`: the instance was listed for the first time, and could not be read. */
  status: 'known' | 'unknown' | 'gone';
  /** Empty for `gone`; `null`: not known. */
  exposure: Exposure | null;
}

const nothingReachable: Exposure = { reach: [], dormant: [], notes: [] };

export function decideEntryInForce(timeline: Timeline, at: string): StatusAt {
  const count = countUntil(timeline.entries, instantOf, at);
  const entry = findInForce(timeline, count);
  const snapshot = entry === null ? null : findSnapshot(timeline, entry);
  const gap = findExpiry(timeline, count, entry, snapshot, at) ?? findGap(timeline, count, entry, at);
  const status = gap !== null ? 'unknown' : entry === null ? 'not-seen-yet' : entry.kind === 'gone' ? 'gone' : 'known';
  const isWatched = timeline.watchedFrom !== null && timeline.watchedFrom <= at;
  const isNothing = status === 'gone' || (status === 'not-seen-yet' && isWatched);
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

/** Returns the newest of the first `count` entries that shows a lasting state. Transient changes that did not end a gap show none. */
function findInForce({ entries }: Timeline, count: number): HistoryEntry | null {
  for (let i = count - 1; i >= 0; i -= 1) {
    const entry = entries[i];
    if (entry !== undefined && !leavesStateUnchanged(entry)) return entry;
  }
  return null;
}

/** The entry with the rules in force from `entry` on; `null`: no rules, or the entry with the rules has expired. */
function findSnapshot({ byInstant }: Timeline, entry: HistoryEntry): HistoryEntry | null {
  if (entry.rules !== null) return entry;
  if (entry.kind === 'gone' || entry.previousRulesAt === null) return null;
  const snapshot = byInstant.get(entry.previousRulesAt) ?? null;
  return snapshot?.rules == null ? null : snapshot;
}

/**
 * Returns a gap if the entry in force at `at` has expired. Versions rise by one, so a missing version shows that an entry has expired. It
 * is not known when the change of the expired entry happened.
 */
function findExpiry(
  { entries }: Timeline,
  count: number,
  entry: HistoryEntry | null,
  snapshot: HistoryEntry | null,
  at: string,
): Gap | null {
  const [last, next] = [entries[count - 1], entries[count]];
  const isHole = isMissing(last, next) || isBeforeMissing(entries, count, at);
  const isWithoutRules = entry !== null && snapshot === null && entry.kind !== 'gone' && entry.kind !== 'gap';
  if (!isHole && !isWithoutRules && !isLost(entries, count, entry)) return null;
  return { scope: 'instance', since: last?.at ?? null, reason: 'expired', until: next?.at ?? null };
}

/** True if entries between two entries have expired. `last`: `undefined` before the first entry. */
function isMissing(last: HistoryEntry | undefined, next: HistoryEntry | undefined): boolean {
  return next !== undefined && next.version !== (last?.version ?? 0) + 1;
}

/**
 * True if a gap follows `at`, and an entry after the gap has expired. Perhaps the change of that entry happened before `at`, after the scan
 * that last confirmed the state.
 */
function isBeforeMissing(entries: readonly HistoryEntry[], count: number, at: string): boolean {
  let confirmedAt: string | null | undefined;
  for (let i = count; i < entries.length; i += 1) {
    const entry = entries[i];
    if (entry === undefined || (entry.kind !== 'gap' && !leavesStateUnchanged(entry))) return false;
    if (entry.kind === 'gap') confirmedAt ??= entry.changedAfter;
    if (confirmedAt !== undefined && isMissing(entry, entries[i + 1])) return at > (confirmedAt ?? '');
  }
  return false;
}

/** True if the entry in force has expired and only later transient changes remain. */
function isLost(entries: readonly HistoryEntry[], count: number, entry: HistoryEntry | null): boolean {
  const last = entries[count - 1];
  if (last === undefined || last === entry) return false;
  return entry === null || last.version - entry.version !== count - 1 - entries.lastIndexOf(entry, count - 1);
}

/**
 * Combines two sources. The notes of the scans show the first scan that failed, so they have the start of the gap. The entry of the gap is
 * written some scans later, and has the reason, and whether the gap concerns the instance or its region (`scope`).
 */
function findGap(timeline: Timeline, count: number, entry: HistoryEntry | null, at: string): Gap | null {
  const unread = findUnread(timeline, at);
  const recorded = findRecordedGap(timeline, count, entry, at);
  if (unread === null || recorded === null) return unread ?? recorded;
  return { ...unread, scope: recorded.scope, reason: recorded.reason };
}

function findUnread({ unread }: Timeline, at: string): UnreadSpan | null {
  const last = unread[countUntil(unread, ({ since }) => since, at) - 1];
  return last !== undefined && (last.until === null || at < last.until) ? last : null;
}

function findRecordedGap(timeline: Timeline, count: number, entry: HistoryEntry | null, at: string): Gap | null {
  if (entry === null || entry.kind === 'gone') return null;
  const next = findNext(timeline, count);
  if (entry.kind === 'gap') return gapOf('instance', entry, next);
  const { regionEntries } = timeline;
  const regionCount = countUntil(regionEntries, instantOf, at);
  const regionEntry = regionEntries[regionCount - 1];
  // If the entry of the instance is later than the gap of its region, the instance was read after that gap began.
  if (regionEntry?.kind !== 'gap' || regionEntry.at <= entry.at) return null;
  return gapOf('region', regionEntry, earlierOf(next, regionEntries[regionCount]?.at ?? null));
}

function findNext({ entries }: Timeline, count: number): string | null {
  for (let i = count; i < entries.length; i += 1) {
    const entry = entries[i];
    if (entry !== undefined && !leavesStateUnchanged(entry)) return entry.at;
  }
  return null;
}

function gapOf(scope: Gap['scope'], { at, failure }: HistoryEntry, until: string | null): Gap {
  return { scope, since: failure?.since ?? at, reason: failure?.reason ?? 'unexpected', until };
}

/**
 * Returns the changes after `at` whose windows contain `at`. Changes happen in order, so the first change with a later window ends the
 * list.
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

/** The period of a transient change includes both ends, because CloudTrail truncates times to whole seconds. */
function isDuringTransient(transient: HistoryEntry, at: string): boolean {
  const [from, until] = periodOfTransient(transient);
  return from <= at && at <= until;
}

/** Start and end of a transient change, both inclusive. If the start is not known, both are the end, the only certain instant. */
export function periodOfTransient({ changedAfter, changedBefore }: HistoryEntry): [from: string, until: string] {
  return [changedAfter ?? changedBefore, changedBefore];
}
