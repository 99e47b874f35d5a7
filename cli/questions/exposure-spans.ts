import { canonicaliseReach, type Exposure, type Note, type Reach, subtractReach } from '../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { decideEntryInForce, type OtherState, periodOfTransient, type StatusAt } from './decide-entry-in-force.ts';
import type { HistorySlice } from './history-slice.ts';
import { buildTimeline, justAfter, type Timeline } from './timeline.ts';
import type { Gap } from './unread-spans.ts';

/** `from` is included, `until` is not. Both ISO-8601 UTC with milliseconds. */
export interface Span {
  from: string;
  until: string;
}

export interface ExposureSpan extends Span {
  /**
   * `either`: perhaps the instance already had one of the states in `either`. `unknown`: in a gap, also if a change is possible.
   * `not-watched`: before the first scan that shows whether the instance existed.
   */
  kind: 'not-seen-yet' | 'known' | 'either' | 'unknown' | 'gone' | 'not-watched';
  /** Reach of `snapshot`. For `unknown`: the reach at the last read. */
  reach: Reach[];
  /** Notes about rules of `snapshot` that are not understood. */
  notes: Note[];
  /** Reach of the states in `either` that is not in `reach`. */
  maybe: Reach[];
  /** Reach that the transient changes opened and that is not in `reach`. */
  flapped: Reach[];
  entry: HistoryEntry | null;
  snapshot: HistoryEntry | null;
  either: OtherState[];
  gap: Gap | null;
  transients: HistoryEntry[];
}

/** Cuts the span at each instant when the state changes, oldest part first. An empty or reversed span has no parts. */
export function exposureSpans(slice: HistorySlice, span: Span): ExposureSpan[] {
  return cutSpans(slice, span).map(({ from, until, reading }) => ({ from, until, ...spanOf(reading) }));
}

export interface ReadSpan extends Span {
  reading: StatusAt;
}

/** Cuts the span as `exposureSpans` does, but does not compute the reach of the parts. */
export function cutSpans(slice: HistorySlice, { from, until }: Span): ReadSpan[] {
  if (from >= until) return [];
  const timeline = buildTimeline(slice);
  const spans: ReadSpan[] = [];
  for (const cut of [from, ...listCuts(timeline).filter((one) => one > from && one < until)]) {
    const reading = decideEntryInForce(timeline, cut);
    const last = spans.at(-1);
    if (last !== undefined && isSameReading(last.reading, reading)) continue;
    if (last !== undefined) last.until = cut;
    spans.push({ from: cut, until, reading });
  }
  return spans;
}

/** Every instant at which the state can change, ascending, each once. */
function listCuts({ entries, watchedFrom, changes, transients, regionEntries, unread }: Timeline): string[] {
  const cuts = new Set<string>(watchedFrom === null ? [] : [watchedFrom]);
  for (const { at, kind, changedAfter } of entries) {
    cuts.add(at);
    // If the entry after a gap has expired, the change of that entry happened at an unknown time since the last confirmation before the
    // gap.
    if (kind === 'gap' && changedAfter !== null) cuts.add(justAfter(changedAfter));
  }
  for (const { at } of regionEntries) cuts.add(at);
  for (const { since, until } of unread) cuts.add(since).add(until ?? since);
  for (const { after } of changes) if (after !== '') cuts.add(justAfter(after));
  for (const transient of transients) {
    const [begin, end] = periodOfTransient(transient);
    cuts.add(begin);
    cuts.add(justAfter(end));
  }
  return [...cuts].sort();
}

function isSameReading(a: StatusAt, b: StatusAt): boolean {
  return (
    a.status === b.status &&
    a.entry === b.entry &&
    (a.exposure === null) === (b.exposure === null) &&
    isSameGap(a.gap, b.gap) &&
    areSame(
      a.either.map(({ entry }) => entry),
      b.either.map(({ entry }) => entry),
    ) &&
    areSame(a.transients, b.transients)
  );
}

function isSameGap(a: Gap | null, b: Gap | null): boolean {
  return a?.scope === b?.scope && a?.since === b?.since && a?.reason === b?.reason && a?.until === b?.until;
}

function areSame(a: readonly HistoryEntry[], b: readonly HistoryEntry[]): boolean {
  return a.length === b.length && a.every((entry, i) => entry === b[i]);
}

function spanOf({ status, exposure, either, transients, ...rest }: StatusAt): Omit<ExposureSpan, keyof Span> {
  const reach = exposure?.reach ?? [];
  const others = either.map((other) => other.exposure?.reach ?? []);
  const opened = transients.map((transient) => transient.opened);
  return {
    kind: kindOf(status, exposure, either),
    reach,
    notes: exposure?.notes ?? [],
    maybe: beyond(others, reach),
    flapped: beyond(opened, reach),
    either,
    transients,
    ...rest,
  };
}

function kindOf(status: StatusAt['status'], exposure: Exposure | null, either: OtherState[]): ExposureSpan['kind'] {
  if (status === 'not-seen-yet' && exposure === null) return 'not-watched';
  return status === 'unknown' || either.length === 0 ? status : 'either';
}

/** Returns the reach of `pieces` that is not in `known`. Most spans have nothing to subtract: equal firewalls share one reach object. */
function beyond(pieces: readonly Reach[][], known: Reach[]): Reach[] {
  const united = unitePieces(pieces.filter((piece) => piece !== known));
  return united.length === 0 ? [] : subtractReach(united, known);
}

export function unitePieces(pieces: readonly Reach[][]): Reach[] {
  const [first, ...more] = new Set(pieces.filter(({ length }) => length > 0));
  if (first === undefined) return [];
  return more.length === 0 ? first : canonicaliseReach([first, ...more].flat());
}
