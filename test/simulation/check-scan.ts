/**
 * Checks the state after a scan. The strictest checks are for a scan that ran alone, without faults of table or topic: everything that was
 * read is in the latest state, and everything recorded is alerted, also the work of earlier scans.
 */
import { resourceKey } from '../../lambda/history/resource-key.ts';
import { listRequiredAlerts } from './check-claims.ts';
import type { Chronicle } from './chronicle.ts';
import { seeFirewall } from './chronicle.ts';
import type { Model } from './model.ts';
import { describeProbes } from './probe-oracle.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import { mustBe } from './violation.ts';

export async function checkScan(model: Model, scan: SimulatedScan, tellGapAfterScans: number): Promise<void> {
  const isClean = scan.status === 'returned' && !scan.hasFaults && !scan.hasOverlapped;
  if (scan.targets !== null) return checkLook(model, scan, isClean);
  for (const [region, listing] of scan.listings) {
    const chronicle = model.chronicleOf({ region, instanceName: null });
    const isListed = 'facts' in listing;
    if (isClean && !isListed) chronicle.failedScans += 1;
    if (isClean) await checkRegionGap(model, chronicle, scan, listing, tellGapAfterScans);
    if (isListed) await checkInstances(model, scan, region, listing.facts, isClean, tellGapAfterScans);
  }
  // `hasSubscriber` is `null` if the scan did not check the subscriptions. A scan checks them before it publishes, so in this case no alert
  // may be waiting.
  if (isClean && scan.hasSubscriber !== false && !scan.isOutOfTime) checkAllAlerted(model);
}

/** Checks an event scan: its reads are in the history, and everything recorded is alerted. An event scan records no failures. */
function checkLook(model: Model, scan: SimulatedScan, isClean: boolean): void {
  if (!isClean || scan.isOutOfTime || scan.targets?.length === 0) return;
  for (const { region, instanceName } of scan.targets ?? []) {
    const key = resourceKey({ region, instanceName });
    const reading = scan.readingOf(key);
    const facts = scan.listingOf(region)?.facts.get(instanceName);
    if (reading === null || facts === undefined) continue;
    const seen = seeFirewall(facts, reading.rules);
    const { known, isGone, isInGap } = model.chronicleOf({ region, instanceName });
    const isSame = !isGone && known?.arn === seen.arn && known.exposure === seen.exposure;
    mustBe(isSame, 'P3', () => `${key} was read for an event, and the read is not in its history`);
    mustBe(!isInGap, 'P5', () => `${key} was read for an event, and its gap is not over`);
  }
  if (scan.hasSubscriber !== false) checkAllAlerted(model);
}

async function checkRegionGap(
  model: Model,
  chronicle: Chronicle,
  scan: SimulatedScan,
  listing: object,
  tellGapAfterScans: number,
): Promise<void> {
  const latest = await model.loadState(chronicle.resource);
  const name = `region ${chronicle.resource.region}`;
  if ('facts' in listing) {
    mustBe(!chronicle.isInGap && latest?.failure === null, 'P5', () => `${name} was listed, and its gap is not over`);
    mustBe(chronicle.isBaselined, 'P3', () => `${name} was listed, and its first listing is not recorded`);
    return;
  }
  // After the deadline of a scan, every failure has the reason "out of time".
  const isAtOnce = 'reason' in listing && listing.reason === 'access-denied' && !scan.isOutOfTime;
  const isDue = isAtOnce || chronicle.failedScans >= tellGapAfterScans;
  mustBe(
    !isDue || chronicle.isInGap,
    'P5',
    () => `${name} failed ${chronicle.failedScans} scans, and no gap is recorded`,
  );
  mustBe(latest?.failure != null, 'P5', () => `${name} could not be listed, and its latest state has no failure`);
}

async function checkInstances(
  model: Model,
  scan: SimulatedScan,
  region: string,
  facts: ReadonlyMap<string, Parameters<typeof seeFirewall>[0]>,
  isClean: boolean,
  tellGapAfterScans: number,
): Promise<void> {
  for (const [instanceName, listed] of facts) {
    const chronicle = model.chronicleOf({ region, instanceName });
    const key = resourceKey({ region, instanceName });
    const reading = scan.readingOf(key);
    if (!isClean) continue;
    // Only scans that could store the failure count for the alert. A successful read starts the count again.
    if (reading === null) chronicle.failedScans += 1;
    const latest = await model.loadState(chronicle.resource);
    if (reading === null) {
      const last = scan.readings.get(key);
      const isAtOnce = last !== undefined && 'reason' in last && last.reason === 'access-denied' && !scan.isOutOfTime;
      const isDue = isAtOnce || chronicle.failedScans >= tellGapAfterScans;
      mustBe(
        !isDue || chronicle.isInGap,
        'P5',
        () => `${key} failed ${chronicle.failedScans} scans, and no gap is recorded`,
      );
      mustBe(latest?.failure != null, 'P5', () => `${key} could not be read, and its latest state has no failure`);
      continue;
    }
    const seen = seeFirewall(listed, reading.rules);
    const known = chronicle.isGone ? null : chronicle.known;
    const isSame = known?.arn === seen.arn && known.exposure === seen.exposure;
    mustBe(isSame, 'P3', () => {
      const { exposure = 0n } = known ?? {};
      return `${key} was read, and that is not in its history: ${describeProbes(seen.exposure ^ exposure)}`;
    });
    const isWell = latest?.status === 'known' && latest.failure === null && !chronicle.isInGap;
    mustBe(isWell, 'P5', () => `${key} was read, and its gap is not over`);
  }
  checkAbsent(model, region, facts, isClean);
}

function checkAbsent(model: Model, region: string, facts: ReadonlyMap<string, unknown>, isClean: boolean): void {
  for (const chronicle of model.chronicles.values()) {
    const { resource, steps, isGone } = chronicle;
    if (resource.region !== region || resource.instanceName === null || facts.has(resource.instanceName)) continue;
    mustBe(
      !isClean || isGone || steps.length === 0,
      'P3',
      () => `${resourceKey(resource)} was no longer listed, and is not recorded as gone`,
    );
  }
}

/** P3: every recorded entry is alerted and marked. */
export function checkAllAlerted(model: Model): void {
  for (const chronicle of model.chronicles.values()) {
    const { resource, steps, alerted } = chronicle;
    const key = resourceKey(resource);
    mustBe(alerted === steps.length, 'P3', () => `${key} has ${steps.length} entries, and ${alerted} are alerted`);
    for (const step of steps) {
      for (const kind of listRequiredAlerts(step, model.regionOf(chronicle))) {
        const hasSubscriber = step.publications.get(kind)?.some((publication) => publication.hasSubscriber) === true;
        mustBe(hasSubscriber, 'P3', () => `${kind} of ${key} version ${step.entry.version} was published to nobody`);
      }
    }
  }
}
