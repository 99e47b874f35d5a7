/** Finds the transient changes of one instance: effects of its API calls that no entry of its history shows. Pure. */

import type { ApiCall } from '../../attribution/api-call.ts';
import { portCalls } from '../../attribution/attribute-change.ts';
import {
  defaultRecordDelayMs,
  findTransientChanges,
  isDuring,
  type TransientChange,
} from '../../attribution/find-transient-changes.ts';
import { listReads } from '../../attribution/list-reads.ts';
import { orderCalls } from '../../attribution/order-calls.ts';
import type { RatingPolicy } from '../../firewall/index.ts';
import type { HistoryEntry, InstanceFacts } from '../../history/entry.ts';
import { confirms } from '../../history/find-confirmation.ts';
import { firewallOf } from '../../history/firewall-of.ts';
import type { LatestState } from '../../history/latest-state.ts';
import type { ScanNote } from '../../history/scan-note.ts';

export interface InstanceHistory {
  latest: LatestState;
  /**
   * Oldest first. An entry contains its attribution, if there is one. The first entry was in force at the start of the loaded time span.
   */
  entries: readonly HistoryEntry[];
}

/** `instance`: the instance that was changed. Perhaps another instance of the same name exists now. */
export type TransientChangeOnInstance = TransientChange & { instance: InstanceFacts | null };

interface InstanceTransients {
  /** Oldest first. */
  transients: TransientChangeOnInstance[];
  /**
   * The instant of the oldest call that a later lookup must find again. `null`: none. A call must be found again if no read shows its
   * effect yet, or if nothing can be committed now (`isKnown`).
   */
  waitsFrom: string | null;
}

const nothingFound: InstanceTransients = { transients: [], waitsFrom: null };

/**
 * `callsUntil`: all calls up to this instant are in `calls`. Later reads are not compared, because perhaps they show a later call.
 * `snapshot`: if the first of `entries` has no rules, the earlier entry with the rules in force at its instant.
 */
export function decideInstanceTransients(
  { latest, entries }: InstanceHistory,
  snapshot: HistoryEntry | null,
  calls: readonly ApiCall[],
  scans: readonly ScanNote[],
  { nowMs, callsUntil, policy }: { nowMs: number; callsUntil: string; policy: RatingPolicy },
): InstanceTransients {
  const unexplained = listUnexplainedCalls({ latest, entries }, calls);
  if (unexplained.length === 0) return nothingFound;
  const steps = beginWithSnapshot(entries, snapshot);
  const confirming = scans.filter((scan) => confirms(scan, latest.resource));
  const reads = listReads(steps, firewallOf(snapshot), confirming).filter(({ until }) => until <= callsUntil);
  const made = calls.filter(({ name }) => portCalls.includes(name));
  const isRead = ({ at }: ApiCall) =>
    reads.some((read) => read.from > at && !made.some((call) => isDuring(call, read)));
  const waiting = unexplained.find((call) => !isRead(call))?.at ?? null;
  if (!isKnown(latest)) return { transients: [], waitsFrom: unexplained.at(0)?.at ?? null };
  const transients = findTransientChanges({
    reads,
    calls,
    reportedEventIds: idsOf(entries.filter(({ kind }) => kind === 'flapped')),
    attributedEventIds: idsOf(entries.filter(({ kind }) => kind !== 'flapped')),
    now: nowMs,
    recordDelayMs: defaultRecordDelayMs,
    policy,
  });
  const instanceAt = (at: string) => {
    const listed = (steps.findLast((step) => step.rules !== null && step.at <= at) ?? snapshot)?.instance;
    // If the instance still exists, its latest state has the addresses of the newest listing.
    return listed == null || listed.arn === latest.instance?.arn ? latest.instance : listed;
  };
  return {
    transients: transients.map((transient) => ({ ...transient, instance: instanceAt(transient.from) })),
    waitsFrom: waiting,
  };
}

/**
 * Replaces a first entry of kind `flapped` by the snapshot, because the instance in a `flapped` entry can be an earlier instance of the
 * same name.
 */
function beginWithSnapshot(entries: readonly HistoryEntry[], snapshot: HistoryEntry | null): readonly HistoryEntry[] {
  const [first, ...rest] = entries;
  return first?.kind === 'flapped' && snapshot !== null ? [snapshot, ...rest] : entries;
}

/**
 * Returns the API calls that changed the firewall of an existing instance and that no entry explains yet. If an entry has several calls,
 * its calls are included, because one of the calls perhaps undid another. The calls of a `flapped` entry are never included.
 */
export function listUnexplainedCalls({ latest, entries }: InstanceHistory, calls: readonly ApiCall[]): ApiCall[] {
  if (latest.status === 'gone') return [];
  const explained = idsOf(entries.filter(({ kind, changedBy }) => kind === 'flapped' || changedBy?.calls.length === 1));
  return orderCalls(calls.filter(({ eventId, name }) => portCalls.includes(name) && !explained.has(eventId)));
}

/** No transient change can be committed in a gap, while a failure is counted, or before the last commit is recorded. */
function isKnown({ status, failure, version, recorded }: LatestState): boolean {
  return status === 'known' && failure === null && recorded === version;
}

function idsOf(entries: readonly HistoryEntry[]): Set<string> {
  return new Set(entries.flatMap(({ changedBy }) => changedBy?.calls.map(({ eventId }) => eventId) ?? []));
}
