/**
 * The event scan reads only the instances that events name, with the steps of a full scan. It also stores which API calls made a change.
 * Only full scans confirm resources and count failures.
 *
 * A burst of events does not cause more requests. Event scans are ten seconds apart, and an instance that was read after a call is not read
 * again for this call.
 */
import pLimit from 'p-limit';
import type { DigestContext } from '../alerts/build-digest.ts';
import type { Coverage } from '../contract/json-event.ts';
import type { InstanceFacts } from '../history/entry.ts';
import { toInstant } from '../history/instants.ts';
import { resourceKey } from '../history/resource-key.ts';
import { attributeRecordedChanges } from './attribute-recorded-changes.ts';
import type { FoundAttribution } from './decide/decide-attribution.ts';
import { decideEventInstance, type EventInstance, isYetToShow } from './decide/decide-event-instance.ts';
import { buildDigestContext } from './digest-context.ts';
import type { LastEventRun } from './interfaces.ts';
import { returnEventLease, startEventScan } from './lease.ts';
import { loadLatestStates } from './load-latest-states.ts';
import { publishAlerts } from './publish-alerts.ts';
import { publishAttributions } from './publish-attributions.ts';
import { commitAbsence, listRegion, readAndCommit } from './read-and-commit.ts';
import { attempt, type Fleet, type Run, type ScanSetup } from './scan-run.ts';

/** Maximum number of finished instances in the lease item, so that the item stays small. */
const mostNoted = 200;

export interface EventScanReport {
  /** True: the lease was not free in time, and nothing was done. */
  isBusy: boolean;
  /** `resourceKey` of each unfinished instance (see `readOne`). Its events must go back to the queue. */
  left: string[];
  /** Number of regions that Lightsail listed. */
  regionsListed: number;
  instancesRead: number;
  /** Number of commits. */
  changes: number;
  /** Number of attributions that were stored for entries of earlier scans. */
  attributed: number;
  alerts: number;
}

/**
 * `deadlineAt`: ms since the epoch; the scan must end by then. Throws if the table fails, or if a newer version of Portwatch wrote the
 * lease item. Then the caller must return all events to the queue.
 */
export async function runEventScan(
  setup: ScanSetup,
  instances: readonly EventInstance[],
  deadlineAt: number,
): Promise<EventScanReport> {
  const counts = { regionsListed: 0, instancesRead: 0, changes: 0, attributed: 0, alerts: 0 };
  const report: EventScanReport = { isBusy: false, left: [], ...counts };
  if (instances.length === 0) return report;
  const run = await startEventScan(setup, deadlineAt); //                           0 lease
  if (run === null) return { ...report, isBusy: true, left: instances.map(resourceKey) };
  let lastEventRun: LastEventRun | null = null;
  try {
    const fleet = await loadLatestStates(run); //                                   1 load; record what a dead scan committed
    const { grant, settings } = run;
    const decided = Map.groupBy(instances, (one) => decideEventInstance(one, fleet, grant, settings));
    const { read = [], confirmed = [] } = Object.fromEntries(decided);
    if (read.length > 0) lastEventRun = { startedAt: run.startedAt, endedAt: run.startedAt, settled: [] };
    const done = await readInstances(read, report, fleet, run); //                  2 read, 3 commit, 4 record
    const digest = buildDigestContext(run, coverageOf(read, report));
    const published = await publishAlerts([...fleet.states.values()], digest, fleet, run); // 5 publish
    report.alerts += published.alerts;
    await attributeRecorded([...read, ...confirmed], digest, report, fleet, run); // 6 attribute changes of earlier scans
    if (lastEventRun !== null) lastEventRun.settled = done.slice(0, mostNoted);
    return report;
  } finally {
    if (lastEventRun !== null) lastEventRun.endedAt = toInstant(run.clock());
    await returnEventLease(run, lastEventRun); //                                   7 return the lease
  }
}

/** Returns the keys of the finished instances, and adds the keys of the other instances to `report.left`. Never throws. */
async function readInstances(
  instances: readonly EventInstance[],
  report: EventScanReport,
  fleet: Fleet,
  run: Run,
): Promise<string[]> {
  const limitRegions = pLimit(run.limits.regionsAtOnce);
  const byRegion = [...Map.groupBy(instances, ({ region }) => region)];
  const doneByRegion = await Promise.all(
    byRegion.map(([region, named]) => limitRegions(() => readInRegion(region, named, report, fleet, run))),
  );
  const done = doneByRegion.flat();
  const left = instances.map(resourceKey).filter((key) => !done.includes(key));
  addLeft(left, report);
  return done;
}

async function readInRegion(
  region: string,
  instances: readonly EventInstance[],
  report: EventScanReport,
  fleet: Fleet,
  run: Run,
): Promise<string[]> {
  const listed = await listRegion(region, fleet, run).catch(() => null);
  if (listed === null) return [];
  report.regionsListed += 1;
  const reads = instances.map(async (instance) => {
    const found = listed.find(({ name }) => name === instance.instanceName);
    return (await readOne(instance, found?.facts ?? null, report, fleet, run)) ? [resourceKey(instance)] : [];
  });
  return (await Promise.all(reads)).flat();
}

/**
 * Returns true if the instance is finished: it was read, or committed as absent if it is not listed. If a call created or deleted the
 * instance, the listing must also show this. `facts: null`: the instance is not listed. Never throws, so that the other instances are read.
 */
async function readOne(
  instance: EventInstance,
  facts: InstanceFacts | null,
  report: EventScanReport,
  fleet: Fleet,
  run: Run,
): Promise<boolean> {
  const { region, instanceName, calls } = instance;
  const resource = { account: run.settings.account, region, instanceName };
  try {
    if (facts === null) {
      const { isApplied, isCommitted } = await commitAbsence(resource, calls, fleet, run);
      if (isCommitted) report.changes += 1;
      return isApplied && !isYetToShow(instance, false, run.clock());
    }
    const { isRead, isCommitted } = await readAndCommit(resource, facts, calls, 'drop', fleet, run);
    if (isRead) report.instancesRead += 1;
    if (isCommitted) report.changes += 1;
    return isRead && !isYetToShow(instance, true, run.clock());
  } catch (error) {
    run.observe({ event: 'instance-not-committed', region, instanceName, error });
    return false;
  }
}

/**
 * Finds changes that a full scan recorded before the event came. The attribution of such a change is stored as a separate item, and
 * published.
 */
async function attributeRecorded(
  instances: readonly EventInstance[],
  digest: DigestContext,
  report: EventScanReport,
  { states }: Fleet,
  run: Run,
): Promise<void> {
  const found: FoundAttribution[] = [];
  for (const instance of instances) {
    const key = resourceKey(instance);
    const latest = states.get(key);
    if (latest === undefined) continue;
    const step = `find which changes of ${key} the calls explain`;
    const ofInstance = await attempt(run, step, () => attributeRecordedChanges(latest, instance.calls, run));
    if (ofInstance === undefined) addLeft([key], report);
    else found.push(...ofInstance);
  }
  const { alerts, stored, newlyStored } = await publishAttributions(found, digest, run);
  report.alerts += alerts;
  report.attributed += newlyStored;
  const notStored = found.filter((one) => !stored.includes(one));
  addLeft(
    notStored.map(({ latest }) => resourceKey(latest.resource)),
    report,
  );
}

function addLeft(keys: readonly string[], report: EventScanReport): void {
  report.left = [...new Set([...report.left, ...keys])];
}

function coverageOf(read: readonly EventInstance[], { instancesRead, regionsListed }: EventScanReport): Coverage {
  return { instancesListed: read.length, instancesRead, regionsListed, regionsSkipped: [], onlyNamed: true };
}
