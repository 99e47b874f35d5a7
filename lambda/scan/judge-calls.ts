/** What calls that were looked up say about one instance: who made its changes, and what no change shows. Pure. */
import { attributeChange, portCalls } from '../attribution/attribute-change.ts';
import type { Call } from '../attribution/call.ts';
import { defaultSettleMs, type Flap, findFlaps, isDuring } from '../attribution/find-flaps.ts';
import { listReads } from '../attribution/list-reads.ts';
import { orderCalls } from '../attribution/order-calls.ts';
import type { Firewall, RatingPolicy } from '../firewall/index.ts';
import type { Attribution } from '../history/attribution.ts';
import { confirms } from '../history/confirms.ts';
import type { HistoryEntry } from '../history/entry.ts';
import type { ScanNote } from '../history/evidence.ts';
import type { Head } from './head.ts';

/** One instance as the table has it. */
export interface Dossier {
  head: Head;
  /** From the one that was in force before the first call on, oldest first, with who did it where that is known. */
  entries: readonly HistoryEntry[];
}

/**
 * Who made a change; `null`: not known, or not yet. What does not account for the change waits until records have settled, since the
 * one that is missing may still come, and what is put beside an entry stays.
 */
export function decideAttribution(
  entry: HistoryEntry,
  before: Firewall | null,
  calls: readonly Call[],
  nowMs: number,
): Attribution | null {
  const found = { by: 'lookup' as const, at: new Date(nowMs).toISOString() };
  const attribution = attributeChange(entry, before, calls, found);
  const isSettled = attribution?.calls.every(({ at }) => Date.parse(at) + defaultSettleMs <= nowMs);
  return attribution?.fit === 'explained' || isSettled ? attribution : null;
}

export interface CallFindings {
  /** Oldest first. */
  flaps: Flap[];
  /** The oldest call that no later read tells about yet; `null`: none waits. */
  waitsFrom: string | null;
}

const nothingFound: CallFindings = { flaps: [], waitsFrom: null };

/** What calls did that no change shows. `before`: in force at the first entry, where that one holds no rules. */
export function findUnseen(
  { head, entries }: Dossier,
  before: Firewall | null,
  calls: readonly Call[],
  scans: readonly ScanNote[],
  { nowMs, policy }: { nowMs: number; policy: RatingPolicy },
): CallFindings {
  const unseen = listUnseen({ head, entries }, calls);
  if (unseen.length === 0) return nothingFound;
  const reads = listReads(
    entries,
    before,
    scans.filter((scan) => confirms(scan, head.subject)),
  );
  const made = orderCalls(calls.filter(({ name }) => portCalls.includes(name)));
  const isRead = ({ at }: Call) => reads.some((read) => read.from > at && !made.some((call) => isDuring(call, read)));
  const waiting = unseen.find((call) => !isRead(call))?.at ?? null;
  if (!isKnown(head)) return { flaps: [], waitsFrom: unseen.at(0)?.at ?? null };
  const flaps = findFlaps({
    reads,
    calls,
    toldEventIds: idsOf(entries.filter(({ kind }) => kind === 'flapped')),
    attributedEventIds: idsOf(entries.filter(({ kind }) => kind !== 'flapped')),
    now: nowMs,
    policy,
  });
  return { flaps, waitsFrom: waiting };
}

/**
 * Calls to the firewall of an instance that is still there, of which it is not said yet what came of them. A call that a change names
 * beside others may have been taken back by one of these.
 */
export function listUnseen({ head, entries }: Dossier, calls: readonly Call[]): Call[] {
  if (head.status === 'gone') return [];
  const said = idsOf(entries.filter(({ kind, changedBy }) => kind === 'flapped' || changedBy?.calls.length === 1));
  return orderCalls(calls.filter(({ eventId, name }) => portCalls.includes(name) && !said.has(eventId)));
}

/** A commit needs a head that is known: in a gap, or while a failure is counted, what calls did waits. */
function isKnown({ status, failure, version, recorded }: Head): boolean {
  return status === 'known' && failure === null && recorded === version;
}

function idsOf(entries: readonly HistoryEntry[]): Set<string> {
  return new Set(entries.flatMap(({ changedBy }) => changedBy?.calls.map(({ eventId }) => eventId) ?? []));
}
