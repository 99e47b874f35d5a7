/** Decides when the ports of a query were open, and how certain that is. */
import { type Exposure, intersectReach, type Note, type Reach, subtractReach } from '../../lambda/firewall/index.ts';
import { unknownField } from '../../lambda/firewall/rules/rule-notes.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { StatusAt } from './decide-entry-in-force.ts';
import { cutSpans, type ReadSpan, type Span, unitePieces } from './exposure-spans.ts';
import type { HistorySlice } from './history-slice.ts';
import { filterReach, type PortQuery } from './port-query.ts';
import { listOddReach } from './unknown-field-reach.ts';
import type { Gap } from './unread-spans.ts';

/**
 * `open`: the ports were open during the whole span. `either`: a change happened at an unknown time, and the ports were open before or
 * after this change. `last-known`: the instance could not be read, and the ports were open at the last read. `unknown`: no entry shows that
 * the ports were open, but the instance was not readable or not watched, or API calls had an unknown effect.
 */
export type Certainty = 'open' | 'either' | 'last-known' | 'unknown';

export interface OpenSpan extends Span {
  certainty: Certainty;
  /** The open reach, canonical. For `either`: the reach of all possible states together. Empty for `unknown`. */
  reach: Reach[];
  /** Reach that some possible state has, such as the state after a change, and that `reach` lacks. Empty for `either`. */
  maybe: Reach[];
  /**
   * Notes about rules of the firewalls in `entries` that are not fully understood. Such notes can make the rating of `reach` more severe.
   */
  notes: Note[];
  /** Why the answer is `last-known` or `unknown`; `null` for other answers, and for API calls with an unknown effect. */
  gap: Gap | null;
  /** The entries on which `certainty` is based, oldest first: snapshots in force, possible later states, and transient changes. */
  entries: HistoryEntry[];
}

/**
 * The spans in which the query's ports were certainly or perhaps open to the source of the query; oldest first, without overlap. Throws
 * RangeError like `filterReach`.
 */
export function findOpenSpans(slice: HistorySlice, span: Span, door: PortQuery): OpenSpan[] {
  const through = rememberThrough(door);
  const filter = rememberFirewalls(door, through);
  const open: OpenSpan[] = [];
  let arn: string | null = null;
  for (const cut of cutSpans(slice, span)) {
    const next = decideOpen(cut, through, filter);
    if (next === null) continue;
    const last = open.at(-1);
    const nextArn = cut.reading.snapshot?.instance?.arn ?? null;
    if (last !== undefined && last.until === next.from && arn === nextArn && isSameDoor(last, next)) {
      last.until = next.until;
      last.entries = unite(last.entries, next.entries);
    } else open.push(next);
    arn = nextArn;
  }
  return open;
}

type Through = (reach: readonly Reach[]) => Reach[];

/**
 * The returned function returns the same list object for equal results. It caches because a snapshot is in force over many spans, and most
 * changes concern other ports.
 */
function rememberThrough(door: PortQuery): Through {
  const byReach = new Map<readonly Reach[], Reach[]>();
  const byText = new Map<string, Reach[]>();
  return (reach) => {
    const known = byReach.get(reach);
    if (known !== undefined) return known;
    const computed = filterReach(reach, door);
    const text = JSON.stringify(computed);
    const found = byText.get(text) ?? computed;
    byText.set(text, found);
    byReach.set(reach, found);
    return found;
  };
}

/**
 * The part of a firewall that matches the query. `notes`: the notes about matching rules that are not fully understood. Such rules affect
 * the rating.
 */
type Matched = Pick<OpenSpan, 'reach' | 'notes'>;

type FilterFirewall = (exposure: Exposure | null, entry: HistoryEntry | null) => Matched;

/**
 * The returned function finds the part of a firewall that matches the query, and caches this part for each exposure. A rule with unknown
 * fields matches by its ports alone.
 */
function rememberFirewalls(door: PortQuery, through: Through): FilterFirewall {
  const known = new Map<Exposure, Matched>();
  return (exposure, entry) => {
    if (exposure === null) return { reach: [], notes: [] };
    const cached = known.get(exposure);
    if (cached !== undefined) return cached;
    const odd = filterReach(listOddReach(exposure, entry), { ...door, source: null });
    const notes = odd.length === 0 ? [] : exposure.notes.filter(({ code }) => code === unknownField);
    const found = { reach: unitePieces([through(exposure.reach), odd]), notes };
    known.set(exposure, found);
    return found;
  };
}

/** `null`: the ports are certainly closed. */
function decideOpen({ from, until, reading }: ReadSpan, through: Through, filter: FilterFirewall): OpenSpan | null {
  const { exposure, either, transients, gap } = reading;
  const isUnread = reading.status === 'unknown' || exposure === null;
  const current = filter(exposure, reading.snapshot);
  const base = current.reach;
  const matched = either.map((other) => filter(other.exposure, other.entry));
  const others = either.map((other, i) => (other.exposure === null ? null : (matched[i]?.reach ?? [])));
  const flapped = transients.map(({ opened }) => through(opened));
  const all = unitePieces([base, ...flapped, ...others.map((other) => other ?? [])]);
  const steady = isUnread ? [] : withoutClosed(intersectAll(base, others), transients, through);
  const sure = unitePieces([steady, ...flapped]);
  const isUnknown = isUnread || others.includes(null) || transients.some(hasUnknownEffect);
  if (all.length === 0 && !isUnknown) return null;
  const certainty = decideCertainty(sure, isUnread ? base : [], all);
  const reach = { open: sure, 'last-known': base, either: all, unknown: [] }[certainty];
  const maybe = all === reach || all.length === 0 ? [] : subtractReach(all, reach);
  const notes = [current, ...(certainty === 'either' ? matched : [])].flatMap((one) => one.notes);
  const isAsLastRead = certainty === 'unknown' || certainty === 'last-known';
  const facts = { reach, maybe, notes, gap: isAsLastRead ? gap : null, entries: entriesOf(reading) };
  return { from, until, certainty, ...facts };
}

function decideCertainty(sure: Reach[], lastKnown: Reach[], all: Reach[]): Certainty {
  if (sure.length > 0) return 'open';
  if (lastKnown.length > 0) return 'last-known';
  return all.length > 0 ? 'either' : 'unknown';
}

/** The reach that is open in every possible state; empty if one of the states is unknown. */
function intersectAll(base: Reach[], others: readonly (Reach[] | null)[]): Reach[] {
  let sure = base;
  for (const other of others) {
    if (other === null) return [];
    if (other !== sure && sure.length > 0) sure = intersectReach(sure, other);
  }
  return sure;
}

/** Removes the reach that a transient change closed during a part of the span. */
function withoutClosed(steady: Reach[], transients: readonly HistoryEntry[], through: Through): Reach[] {
  const shut = transients.flatMap(({ closed }) => through(closed));
  return steady.length === 0 || shut.length === 0 ? steady : subtractReach(steady, shut);
}

/** True if the entry records API calls with an unknown effect. */
function hasUnknownEffect({ opened, closed }: HistoryEntry): boolean {
  return opened.length === 0 && closed.length === 0;
}

function entriesOf({ snapshot, either, transients }: StatusAt): HistoryEntry[] {
  return unite(snapshot === null ? [] : [snapshot], [...either.map(({ entry }) => entry), ...transients]);
}

function unite(a: readonly HistoryEntry[], b: readonly HistoryEntry[]): HistoryEntry[] {
  return [...new Set([...a, ...b])].sort((one, other) => (one.at < other.at ? -1 : 1));
}

function isSameDoor(a: OpenSpan, b: OpenSpan): boolean {
  const hasSameNotes = a.notes.length > 0 === b.notes.length > 0;
  const isSameGap = a.gap?.scope === b.gap?.scope && (a.gap?.reason === 'expired') === (b.gap?.reason === 'expired');
  return (
    hasSameNotes &&
    isSameGap &&
    a.certainty === b.certainty &&
    isSameReach(a.reach, b.reach) &&
    isSameReach(a.maybe, b.maybe)
  );
}

function isSameReach(a: readonly Reach[], b: readonly Reach[]): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
