/** Finds the transient changes that API calls made between two scans, and commits and records them as entries. */

import type { AccountApprovals } from '../approvals/account-approvals.ts';
import type { ApiCall } from '../attribution/api-call.ts';
import { ratingPolicy } from '../firewall/index.ts';
import { toInstant } from '../history/instants.ts';
import type { LatestState } from '../history/latest-state.ts';
import { resourceKey } from '../history/resource-key.ts';
import type { ScanNote } from '../history/scan-note.ts';
import { applyDecision } from './commit.ts';
import { decideInstanceTransients, listUnexplainedCalls } from './decide/decide-instance-transients.ts';
import { decideTransientChange } from './decide/decide-transient-change.ts';
import type { RegionCalls } from './find-region-calls.ts';
import { findEntry, type InstanceHistories, loadHistory } from './instance-histories.ts';
import { attempt, type Fleet, type Run } from './scan-run.ts';

interface RecordedTransients {
  /** By region: the instant up to which every call that the lookups found is processed. */
  doneUntil: Record<string, string>;
  changed: LatestState[];
  /** Number of commits. */
  changes: number;
}

/** Notes of scans are loaded from 20 minutes before the oldest call. The scans of these minutes show the firewall before the call. */
const scansBeforeMs = 20 * 60_000;

/** `nowMs`: start of the attribution pass. Never throws: after a failure, the region's `doneUntil` stays before the unprocessed calls. */
export async function recordTransientChanges(
  lookups: readonly RegionCalls[],
  histories: InstanceHistories,
  nowMs: number,
  fleet: Fleet,
  run: Run,
): Promise<RecordedTransients> {
  const result: RecordedTransients = { doneUntil: {}, changed: [], changes: 0 };
  const loadScans = scansLoader(lookups, nowMs, run);
  const { approvals } = fleet;
  for (const { region, span, calls } of lookups) {
    const known = fleet.callState?.doneUntil[region];
    const waits: string[] = [];
    for (const [latest, own] of calls === null ? [] : groupByInstance(region, calls, fleet)) {
      const oldest = own.map(({ at }) => at).sort()[0] ?? '';
      const step = `find what the calls to ${latest.resource.instanceName} in ${region} changed`;
      const waitsFrom = await attempt(run, step, () =>
        recordOfInstance(
          latest,
          own,
          oldest,
          { histories, loadScans, nowMs, callsUntil: span.until, result, approvals },
          run,
        ),
      );
      if (waitsFrom !== null) waits.push(waitsFrom ?? oldest);
    }
    // A lookup that had no time for all calls can end before the calls that earlier lookups processed.
    const until = known !== undefined && known > span.until ? known : span.until;
    const done = calls === null ? known : [until, ...waits].sort()[0];
    if (done !== undefined) result.doneUntil[region] = done;
  }
  for (const latest of result.changed) fleet.states.set(resourceKey(latest.resource), latest);
  return result;
}

/** The calls of each instance that exists and has at least one firewall call. */
function groupByInstance(region: string, calls: readonly ApiCall[], { states }: Fleet): [LatestState, ApiCall[]][] {
  return [...new Set(calls.flatMap((call) => call.instanceNames))].flatMap((instanceName) => {
    const latest = states.get(resourceKey({ region, instanceName }));
    const own = calls.filter((call) => call.instanceNames.includes(instanceName));
    if (latest === undefined || listUnexplainedCalls({ latest, entries: [] }, own).length === 0) return [];
    return [[latest, own]];
  });
}

/** Returns a function that loads the scans of the account. The function queries the table only at its first call. */
function scansLoader(lookups: readonly RegionCalls[], nowMs: number, { store, settings }: Run) {
  const oldest = lookups.flatMap(({ calls }) => calls?.map(({ at }) => at) ?? []).sort()[0];
  const fromMs = (oldest === undefined ? nowMs : Date.parse(oldest)) - scansBeforeMs;
  let scans: Promise<ScanNote[]> | undefined;
  return () => {
    scans ??= store.loadScansSince(settings.account, toInstant(fromMs));
    return scans;
  };
}

interface Pass {
  histories: InstanceHistories;
  loadScans: () => Promise<ScanNote[]>;
  nowMs: number;
  /** All calls up to this instant are found. */
  callsUntil: string;
  result: RecordedTransients;
  approvals: AccountApprovals;
}

/** Returns the instant of the oldest call that a later attribution pass must process again; `null`: every call is processed. */
async function recordOfInstance(
  known: LatestState,
  calls: readonly ApiCall[],
  oldest: string,
  { histories, loadScans, nowMs, callsUntil, result, approvals }: Pass,
  run: Run,
): Promise<string | null> {
  const history = await loadHistory(known, oldest, histories, run);
  if (history === undefined) return oldest;
  if (listUnexplainedCalls(history, calls).length === 0) return null;
  const [first] = history.entries;
  const snapshot = await findEntry(history, first && first.rules === null ? first.previousRulesAt : null, run);
  const options = { nowMs, callsUntil, policy: ratingPolicy(run.settings.highRiskPorts) };
  const { transients, waitsFrom } = decideInstanceTransients(history, snapshot, calls, await loadScans(), options);
  let latest = known;
  for (const transient of transients) {
    const decision = decideTransientChange(latest, transient, approvals, run, run.clock());
    const applied = await applyDecision(decision, latest, latest.resource, run);
    // Another scan committed first. Its entry can change the result, so the calls are processed again.
    if (applied.outcome === 'refused' || applied.latest === null) return oldest;
    latest = applied.latest;
    result.changes += 1;
  }
  if (transients.length > 0) result.changed.push(latest);
  return waitsFrom;
}
