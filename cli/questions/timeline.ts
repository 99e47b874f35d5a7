/**
 * The entries and scan notes of a history slice, sorted and indexed. A timeline is built once, so each instant of a question costs one
 * binary search.
 */
import { type Exposure, exposureOf } from '../../lambda/firewall/index.ts';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import { confirms, findConfirmedAt, findLastConfirmation } from '../../lambda/history/find-confirmation.ts';
import { earlierOf, toInstant } from '../../lambda/history/instants.ts';
import type { ScanNote } from '../../lambda/history/scan-note.ts';
import type { HistorySlice } from './history-slice.ts';
import { listUnreadSpans, type UnreadSpan } from './unread-spans.ts';

/** An entry that begins a state. */
interface Change {
  entry: HistoryEntry;
  /** Start of the last scan before the change that confirmed the earlier state. Empty text: no such scan. */
  after: string;
}

export interface Timeline {
  entries: readonly HistoryEntry[];
  byInstant: ReadonlyMap<string, HistoryEntry>;
  /** From this instant on the slice shows whether the instance existed; `null`: the slice never shows it. */
  watchedFrom: string | null;
  changes: readonly Change[];
  transients: readonly HistoryEntry[];
  regionEntries: readonly HistoryEntry[];
  unread: readonly UnreadSpan[];
  /** Computed exposures: by the entry with the rules, by the rules, and by the text of the rules. */
  exposures: Map<HistoryEntry, Exposure>;
  exposuresByRules: Map<PortState[], { ipAddressType: string | null | undefined; exposure: Exposure }>;
  exposuresByText: Map<string, Exposure>;
}

export function buildTimeline(slice: HistorySlice): Timeline {
  const { entries, regionEntries } = slice;
  return {
    entries,
    byInstant: new Map(entries.map((entry) => [entry.at, entry])),
    watchedFrom: findWatchedFrom(slice),
    changes: listChanges(slice),
    transients: entries.filter(({ kind }) => kind === 'flapped'),
    regionEntries,
    unread: listUnreadSpans(slice),
    exposures: new Map(),
    exposuresByRules: new Map(),
    exposuresByText: new Map(),
  };
}

/**
 * Returns the instant from which the instance is watched. If the first entry has no `changedAfter`, no scan confirmed the instance before
 * this entry: returns the instant of the entry. Otherwise returns the earlier of two instants: the end of the first scan that confirmed the
 * instance, and 1 ms after `changedAfter` of the first entry. `null`: neither exists.
 */
function findWatchedFrom({ resource, entries: [first], scans }: HistorySlice): string | null {
  if (first !== undefined && first.changedAfter === null) return first.at;
  const confirmedAt = scans.find((scan) => findConfirmedAt(scan, resource) !== null)?.endedAt ?? null;
  return earlierOf(confirmedAt, first?.changedAfter ? justAfter(first.changedAfter) : null);
}

/** Returns the instant 1 ms later. */
export function justAfter(instant: string): string {
  return toInstant(Date.parse(instant) + 1);
}

function listChanges({ resource, entries, scans }: HistorySlice): Change[] {
  return entries
    .filter(isChange)
    .map((entry) => ({ entry, after: confirmedUntil(entry.changedAfter, resource, scans) ?? '' }));
}

/**
 * Returns `changedAfter` of an entry. If the scan at that instant did not confirm the instance, returns the start of the last earlier scan
 * that confirmed the instance, or `null`. `changedAfter` is too late if the table refused to store the failure of a scan and the next scan
 * failed as well.
 */
function confirmedUntil(changedAfter: string | null, resource: Resource, scans: readonly ScanNote[]): string | null {
  if (changedAfter === null) return null;
  const count = countUntil(scans, startOf, changedAfter);
  const named = scans[count - 1];
  if (named === undefined || named.startedAt !== changedAfter || confirms(named, resource)) return changedAfter;
  return findLastConfirmation(scans.slice(0, count), resource);
}

export function startOf({ startedAt }: ScanNote): string {
  return startedAt;
}

/** A gap without earlier rules counts as a change: it shows the instance for the first time. */
function isChange({ kind, rules, previousRulesAt }: HistoryEntry): boolean {
  return rules !== null || kind === 'gone' || (kind === 'gap' && previousRulesAt === null);
}

/**
 * The exposure of the entry's rules; `null`: the entry has no rules. Equal firewalls share one exposure, because most histories repeat a
 * few firewalls. Computing an exposure takes twenty times as long as making the text of the rules.
 */
export function exposureIn(timeline: Timeline, entry: HistoryEntry): Exposure | null {
  if (entry.rules === null) return null;
  const known = timeline.exposures.get(entry);
  if (known !== undefined) return known;
  const exposure = exposureOfRules(timeline, entry.rules, entry.instance?.ipAddressType);
  timeline.exposures.set(entry, exposure);
  return exposure;
}

function exposureOfRules(
  { exposuresByRules, exposuresByText }: Timeline,
  rules: PortState[],
  ipAddressType: string | null | undefined,
): Exposure {
  const known = exposuresByRules.get(rules);
  if (known !== undefined && known.ipAddressType === ipAddressType) return known.exposure;
  const firewall = { rules, ipAddressType };
  const text = JSON.stringify(firewall);
  const exposure = exposuresByText.get(text) ?? exposureOf(firewall);
  exposuresByText.set(text, exposure);
  exposuresByRules.set(rules, { ipAddressType, exposure });
  return exposure;
}

/** The number of elements at or before `at`. The elements must be sorted by their instants. */
export function countUntil<T>(elements: readonly T[], instantOf: (element: T) => string, at: string): number {
  let [low, high] = [0, elements.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const element = elements[middle];
    if (element !== undefined && instantOf(element) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function instantOf({ at }: HistoryEntry): string {
  return at;
}
