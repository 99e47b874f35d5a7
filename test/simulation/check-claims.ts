/** Checks an entry's window, summary and required alerts (P4, P6), but not its opened and closed ports. */
import type { AlertKind } from '../../lambda/contract/json-event.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { Chronicle, CommittedEntry, Sighting } from './chronicle.ts';
import { describeProbes, probeReach } from './probe-oracle.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import { mustBe } from './violation.ts';

/** The answers that scans have received so far, in the order in which they were made. */
export interface Sightings {
  listings: { order: number; region: string; facts: ReadonlyMap<string, unknown> }[];
  reads: { order: number; key: string; seen: Sighting }[];
}

/**
 * Checks the window of a change: `changedAfter` is the start of a scan, and this scan or a later one observed the earlier state after that
 * instant. So the change was made after that instant.
 */
export function checkWindow(
  chronicle: Chronicle,
  step: CommittedEntry,
  scans: readonly SimulatedScan[],
  sightings: Sightings,
): void {
  const { changedAfter, kind, version } = step.entry;
  if (changedAfter === null) return;
  const seenAt = lastSeen(chronicle, step, sightings);
  const isTrue = scans.some(({ startOrder }) => startOrder < seenAt);
  const name = `${resourceKey(chronicle.resource)} version ${version} (${kind})`;
  mustBe(isTrue, 'P6', () => `${name}: no scan observed the earlier state at or after ${changedAfter}`);
}

/** The `order` of the last answer that showed the state before an entry; 0: no answer showed this state. */
function lastSeen(
  { resource, isRegion }: Chronicle,
  { before }: CommittedEntry,
  { listings, reads }: Sightings,
): number {
  const key = resourceKey(resource);
  const last = before
    ? reads.findLast(({ key: of, seen }) => of === key && seen.arn === before.arn && seen.exposure === before.exposure)
    : listings.findLast(
        ({ region, facts }) => region === resource.region && (isRegion || !facts.has(resource.instanceName ?? '')),
      );
  return last?.order ?? 0;
}

/** Checks the summary of a region's first listing: each instance with the firewall that was read, without the approved part. */
export function checkSummary(
  { summary, resource }: HistoryEntry,
  chronicleOf: (name: string) => Chronicle,
  approvedOf: (instance: { region: string; instanceName: string; arn: string | null }) => bigint,
): void {
  mustBe(
    summary !== null && summary.more === 0,
    'P3',
    () => `${resource.region}: the summary of its first listing is incomplete`,
  );
  for (const { instanceName, exposure } of summary.worst) {
    const wasSo = chronicleOf(instanceName).steps.some(({ after }) => {
      const approved = approvedOf({ region: resource.region, instanceName, arn: after?.arn ?? null });
      return after !== null && (after.exposure & ~approved) === probeReach(exposure);
    });
    const name = `${resource.region}#${instanceName} in the summary`;
    mustBe(wasSo, 'P4', () => `${name}: the exposure was never read: ${describeProbes(probeReach(exposure))}`);
  }
}

/** Checks that an instance of the region's first listing is not new when it is read later, and that every other instance is. */
export function checkArrival({ entry, before }: CommittedEntry, { firstListed }: Chronicle, events: Set<string>): void {
  const { kind, instance, resource } = entry;
  if (firstListed === null || before !== null || (kind !== 'baseline' && kind !== 'appeared')) return;
  const isOfFirstListing = firstListed.has(instance?.arn ?? '');
  const name = `${resourceKey(resource)} (${kind})`;
  mustBe((kind === 'baseline') === isOfFirstListing, 'P4', () => `${name}: ${isOfFirstListing ? 'not ' : ''}new`);
  if (isOfFirstListing) events.add('first read after the first listing');
}

/** The alerts that an entry requires. An instance in the summary of its region needs no separate alert. */
export function listRequiredAlerts(step: CommittedEntry, region: Chronicle): readonly AlertKind[] {
  const { kind, resource } = step.entry;
  if (kind !== 'baseline' || resource.instanceName === null) return step.requiredAlerts;
  const summary = region.steps.find(({ entry }) => entry.kind === 'baseline')?.entry.summary;
  const isNamed = summary?.worst.some(({ instanceName }) => instanceName === resource.instanceName) === true;
  return isNamed ? step.requiredAlerts : [...step.requiredAlerts, 'monitoring-started'];
}
