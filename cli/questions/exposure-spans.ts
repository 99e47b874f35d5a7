import { canonicaliseReach, type Note, type Reach, subtractReach } from '../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { HistorySlice } from './history-slice.ts';
import { type Gap, type InstantReading, type OtherState, periodOf, readInstant } from './read-instant.ts';
import { buildTimeline, type Timeline } from './timeline.ts';

/** `from` is in it, `until` is not. Both ISO-8601 UTC with milliseconds. */
export interface Span {
  from: string;
  until: string;
}

/** A while in which the slice says the same of every instant. */
export interface ExposureSpan extends Span {
  /** `either`: it may already have been in one of the states of `either`. Unknown goes first. */
  kind: 'not-seen-yet' | 'known' | 'either' | 'unknown' | 'gone';
  /** As of `snapshot`: what it let through, or (`unknown`) did when it was last read. */
  reach: Reach[];
  /** Of the same firewall: what is not understood in its rules. */
  notes: Note[];
  /** What the states of `either` let through beyond `reach`. */
  maybe: Reach[];
  /** What `transients` say was opened for that while, beyond `reach`. */
  flapped: Reach[];
  entry: HistoryEntry | null;
  snapshot: HistoryEntry | null;
  either: OtherState[];
  gap: Gap | null;
  transients: HistoryEntry[];
}

/** Partitions the span, oldest first: cut where what is known changes, and nowhere else. An empty or reversed span has none. */
export function exposureSpans(slice: HistorySlice, span: Span): ExposureSpan[] {
  return cutSpans(slice, span).map(({ from, until, reading }) => ({ from, until, ...spanOf(reading) }));
}

/** A while in which every instant reads the same. */
export interface ReadSpan extends Span {
  reading: InstantReading;
}

/** `exposureSpans` before anything is computed of what they let through. */
export function cutSpans(slice: HistorySlice, { from, until }: Span): ReadSpan[] {
  if (from >= until) return [];
  const timeline = buildTimeline(slice);
  const spans: ReadSpan[] = [];
  for (const cut of [from, ...listCuts(timeline).filter((one) => one > from && one < until)]) {
    const reading = readInstant(timeline, cut);
    const last = spans.at(-1);
    if (last !== undefined && isSameReading(last.reading, reading)) continue;
    if (last !== undefined) last.until = cut;
    spans.push({ from: cut, until, reading });
  }
  return spans;
}

/** Every instant from which on something else may be known than just before, ascending, each once. */
function listCuts({ entries, changes, transients, regionEntries }: Timeline): string[] {
  const cuts = new Set<string>();
  for (const { at } of entries) cuts.add(at);
  for (const { at } of regionEntries) cuts.add(at);
  for (const { after } of changes) if (after !== '') cuts.add(justAfter(after));
  for (const transient of transients) {
    const [begin, end] = periodOf(transient);
    cuts.add(begin);
    cuts.add(justAfter(end));
  }
  return [...cuts].sort();
}

function justAfter(instant: string): string {
  return new Date(Date.parse(instant) + 1).toISOString();
}

/** Where the entry, the beginning and the reason of a gap are the same, so are its scope and its end. */
function isSameReading(a: InstantReading, b: InstantReading): boolean {
  return (
    a.status === b.status &&
    a.entry === b.entry &&
    a.gap?.since === b.gap?.since &&
    a.gap?.reason === b.gap?.reason &&
    areSame(
      a.either.map(({ entry }) => entry),
      b.either.map(({ entry }) => entry),
    ) &&
    areSame(a.transients, b.transients)
  );
}

function areSame(a: readonly HistoryEntry[], b: readonly HistoryEntry[]): boolean {
  return a.length === b.length && a.every((entry, i) => entry === b[i]);
}

function spanOf({ status, exposure, either, transients, ...rest }: InstantReading): Omit<ExposureSpan, keyof Span> {
  const reach = exposure?.reach ?? [];
  const others = either.map((other) => other.exposure?.reach ?? []);
  const opened = transients.map((transient) => transient.opened);
  return {
    kind: status === 'unknown' || either.length === 0 ? status : 'either',
    reach,
    notes: exposure?.notes ?? [],
    maybe: beyond(others, reach),
    flapped: beyond(opened, reach),
    either,
    transients,
    ...rest,
  };
}

/** Most spans have nothing to subtract; equal firewalls have one and the same reach. */
function beyond(pieces: readonly Reach[][], known: Reach[]): Reach[] {
  const [first, ...more] = new Set(pieces.filter((piece) => piece.length > 0 && piece !== known));
  if (first === undefined) return [];
  return subtractReach(more.length === 0 ? first : canonicaliseReach([first, ...more].flat()), known);
}
