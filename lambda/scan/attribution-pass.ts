/**
 * Step 8 of a full scan: looks up API calls in CloudTrail, to find the actors of changes, and transient changes between two scans. No
 * failure of this step makes the scan fail: the failure is logged, and the next attribution pass tries again.
 */
import pLimit from 'p-limit';
import type { DigestContext } from '../alerts/build-digest.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { toInstant } from '../history/instants.ts';
import type { LatestState } from '../history/latest-state.ts';
import { resourceKey } from '../history/resource-key.ts';
import type { FoundAttribution } from './decide/decide-attribution.ts';
import type { InstanceHistory } from './decide/decide-instance-transients.ts';
import {
  decideWaitStart,
  decideWaitsUntil,
  isPassDue,
  isWaiting,
  listRecent,
  listRegions,
} from './decide/decide-lookup.ts';
import { findRegionCalls, type RegionCalls } from './find-region-calls.ts';
import { attributeEntry, type InstanceHistories, loadHistory } from './instance-histories.ts';
import type { CallReader, ScanRecord } from './interfaces.ts';
import { listWatched } from './list-watched-regions.ts';
import { publishAlerts } from './publish-alerts.ts';
import { publishAttributions } from './publish-attributions.ts';
import { publishLookupDenied } from './publish-lookup-denied.ts';
import { recordTransientChanges } from './record-transient-changes.ts';
import { attempt, type Fleet, type Run } from './scan-run.ts';

const longestPassMs = 60_000;
const reserveMs = 3_000;
const shortestPassMs = 5_000;
const loadsAtOnce = 5;

/** `changes`: the number of transient changes that were committed. */
export type PassCounts = Pick<ScanRecord, 'alerts' | 'changes'>;

/** Never throws. */
export async function runAttributionPass(digest: DigestContext, fleet: Fleet, run: Run): Promise<PassCounts> {
  const counts: PassCounts = { alerts: 0, changes: 0 };
  if (run.calls === null) return counts;
  const { calls: reader, settings } = run;
  const nowMs = run.clock();
  const budgetMs = Math.min(longestPassMs, run.deadlineAt - nowMs - reserveMs);
  const states = listWatched(fleet, settings);
  if (budgetMs < shortestPassMs || !isPassDue(fleet.callState, states, nowMs)) return counts;
  await attempt(run, 'look up API calls', async () => {
    const histories = await loadRecentHistories(states, nowMs, fleet, run);
    const lookups = await findCalls(reader, states, histories, nowMs, run.timeout(budgetMs), fleet, run);
    const attributions = await findCallers(lookups, histories, nowMs, fleet, run);
    const { alerts, stored } = await publishAttributions(attributions, digest, run);
    counts.alerts += alerts;
    for (const one of stored) addAttribution(one, histories);
    const { doneUntil, changed, changes } = await recordTransientChanges(lookups, histories, nowMs, fleet, run);
    counts.changes += changes;
    if (changed.length > 0) counts.alerts += (await publishAlerts(changed, digest, fleet, run)).alerts;
    const denied = await publishLookupDenied(lookups, fleet.callState, digest, run);
    counts.alerts += denied.alerts;
    const { toldDenied } = denied;
    const waitsUntil = decideWaitsUntil([...histories.values()].flatMap((one) => listWaiting(one, fleet, nowMs)));
    await run.store.saveCallState(settings.account, { passedAt: toInstant(nowMs), doneUntil, waitsUntil, toldDenied });
  });
  return counts;
}

async function loadRecentHistories(
  states: readonly LatestState[],
  nowMs: number,
  { callState }: Fleet,
  run: Run,
): Promise<InstanceHistories> {
  const histories: InstanceHistories = new Map();
  const limit = pLimit(loadsAtOnce);
  const load = (latest: LatestState) => {
    const from = toInstant(decideWaitStart(latest.resource.region, callState, nowMs));
    return limit(() => loadHistory(latest, from, histories, run));
  };
  await Promise.all(listRecent(states, callState, nowMs).map(load));
  return histories;
}

function listWaiting({ latest, entries }: InstanceHistory, { callState }: Fleet, nowMs: number): HistoryEntry[] {
  return entries.filter((entry) => isWaiting(entry, latest, callState, nowMs));
}

async function findCalls(
  reader: CallReader,
  states: readonly LatestState[],
  histories: InstanceHistories,
  nowMs: number,
  signal: AbortSignal,
  fleet: Fleet,
  run: Run,
): Promise<RegionCalls[]> {
  const limitRegions = pLimit(run.limits.regionsAtOnce);
  const lookups = listRegions(states, fleet.callState, nowMs).map((region) => {
    const ofRegion = [...histories.values()].filter(({ latest }) => latest.resource.region === region);
    const waiting = ofRegion.flatMap((history) => listWaiting(history, fleet, nowMs));
    const lookup = { reader, doneUntil: fleet.callState?.doneUntil[region], nowMs, signal };
    return limitRegions(() => findRegionCalls(region, waiting, lookup, run));
  });
  return Promise.all(lookups);
}

/**
 * Finds attributions for recent changes, because records of their calls can still come. Leaves out an attribution that adds nothing to the
 * known attribution of the change.
 */
async function findCallers(
  lookups: readonly RegionCalls[],
  histories: InstanceHistories,
  nowMs: number,
  fleet: Fleet,
  run: Run,
): Promise<FoundAttribution[]> {
  const lookupOf = new Map(lookups.map((lookup) => [lookup.region, lookup]));
  const found: FoundAttribution[] = [];
  for (const history of histories.values()) {
    const lookup = lookupOf.get(history.latest.resource.region);
    if (!lookup?.calls?.length) continue;
    const { calls, span } = lookup;
    for (const entry of listWaiting(history, fleet, nowMs)) {
      // Some calls of this change are perhaps not found yet.
      if (entry.changedBefore > span.until) continue;
      const attributed = await attributeEntry(history, entry, calls, 'lookup', nowMs, run);
      if (attributed !== null) found.push(attributed);
    }
  }
  return found;
}

function addAttribution({ latest, entry, attribution }: FoundAttribution, histories: InstanceHistories): void {
  const key = resourceKey(latest.resource);
  const entries = histories.get(key)?.entries ?? [];
  const attributed = { ...entry, changedBy: attribution };
  histories.set(key, { latest, entries: entries.map((one) => (one.at === entry.at ? attributed : one)) });
}
