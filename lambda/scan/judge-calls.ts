/** What calls that were looked up say about one instance: who made its changes, and what no change shows. Pure. */

import type { ApiCall } from '../attribution/api-call.ts';
import { attributeChange, portCalls } from '../attribution/attribute-change.ts';
import {
  defaultSettleMs,
  findTransientChanges,
  isDuring,
  type TransientChange,
} from '../attribution/find-transient-changes.ts';
import { listReads } from '../attribution/list-reads.ts';
import { orderCalls } from '../attribution/order-calls.ts';
import type { Firewall, RatingPolicy } from '../firewall/index.ts';
import type { Attribution } from '../history/attribution.ts';
import { confirms } from '../history/confirms.ts';
import type { HistoryEntry, InstanceFacts } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import type { ScanNote } from '../history/scan-note.ts';
import type { LatestState } from './latest-state.ts';

/** One instance as the table has it. */
export interface Dossier {
  latest: LatestState;
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
  calls: readonly ApiCall[],
  nowMs: number,
): Attribution | null {
  const found = { by: 'lookup' as const, at: new Date(nowMs).toISOString() };
  const attribution = attributeChange(entry, before, calls, found);
  const isSettled = attribution?.calls.every(({ at }) => Date.parse(at) + defaultSettleMs <= nowMs);
  return attribution?.fit === 'explained' || isSettled ? attribution : null;
}

/** A flap, and the instance on which it was: perhaps one of that name whose place another has taken since. */
export type TransientChangeOnInstance = TransientChange & { instance: InstanceFacts | null };

export interface CallFindings {
  /** Oldest first. */
  transients: TransientChangeOnInstance[];
  /** The oldest call that no later read tells about yet; `null`: none waits. */
  waitsFrom: string | null;
}

const nothingFound: CallFindings = { transients: [], waitsFrom: null };

/** What calls did that no change shows. `holder`: the entry with the rules in force at the first one, where that one holds none. */
export function findUnseen(
  { latest, entries }: Dossier,
  holder: HistoryEntry | null,
  calls: readonly ApiCall[],
  scans: readonly ScanNote[],
  { nowMs, policy }: { nowMs: number; policy: RatingPolicy },
): CallFindings {
  const unseen = listUnseen({ latest, entries }, calls);
  if (unseen.length === 0) return nothingFound;
  const steps = beginWithSnapshot(entries, holder);
  const confirming = scans.filter((scan) => confirms(scan, latest.resource));
  const reads = listReads(steps, steps === entries ? firewallOf(holder) : null, confirming);
  const made = orderCalls(calls.filter(({ name }) => portCalls.includes(name)));
  const isRead = ({ at }: ApiCall) =>
    reads.some((read) => read.from > at && !made.some((call) => isDuring(call, read)));
  const waiting = unseen.find((call) => !isRead(call))?.at ?? null;
  if (!isKnown(latest)) return { transients: [], waitsFrom: unseen.at(0)?.at ?? null };
  const transients = findTransientChanges({
    reads,
    calls,
    toldEventIds: idsOf(entries.filter(({ kind }) => kind === 'flapped')),
    attributedEventIds: idsOf(entries.filter(({ kind }) => kind !== 'flapped')),
    now: nowMs,
    settleMs: defaultSettleMs,
    policy,
  });
  const instanceAt = (at: string) =>
    (steps.findLast((step) => step.rules !== null && step.at <= at) ?? holder)?.instance ?? latest.instance;
  return {
    transients: transients.map((transient) => ({ ...transient, instance: instanceAt(transient.from) })),
    waitsFrom: waiting,
  };
}

/** A flap may have been on another instance of the name than the one in force when it was told: it can't stand for what was. */
function beginWithSnapshot(entries: readonly HistoryEntry[], holder: HistoryEntry | null): readonly HistoryEntry[] {
  const [first, ...rest] = entries;
  return first?.kind === 'flapped' && holder !== null ? [holder, ...rest] : entries;
}

/**
 * Calls to the firewall of an instance that is still there, of which it is not said yet what came of them. A call that a change names
 * beside others may have been taken back by one of these.
 */
export function listUnseen({ latest, entries }: Dossier, calls: readonly ApiCall[]): ApiCall[] {
  if (latest.status === 'gone') return [];
  const said = idsOf(entries.filter(({ kind, changedBy }) => kind === 'flapped' || changedBy?.calls.length === 1));
  return orderCalls(calls.filter(({ eventId, name }) => portCalls.includes(name) && !said.has(eventId)));
}

/** A commit needs a latest state that is known: in a gap, or while a failure is counted, what calls did waits. */
function isKnown({ status, failure, version, recorded }: LatestState): boolean {
  return status === 'known' && failure === null && recorded === version;
}

function idsOf(entries: readonly HistoryEntry[]): Set<string> {
  return new Set(entries.flatMap(({ changedBy }) => changedBy?.calls.map(({ eventId }) => eventId) ?? []));
}
