/**
 * Checks each commit (P4, P6): the entry contains what this scan received and nothing else; it continues the state in force; an older
 * observation never replaces a newer one.
 */
import type { AlertKind } from '../../lambda/contract/json-event.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import { type Chronicle, type CommittedEntry, type Sighting, seeFirewall } from './chronicle.ts';
import { describeProbes, probeReach, probesOpened } from './probe-oracle.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import { mustBe } from './violation.ts';

/** Checks the entry and adds it to the chronicle. */
export function checkCommit(chronicle: Chronicle, entry: HistoryEntry, scan: SimulatedScan): CommittedEntry {
  const last = chronicle.steps.at(-1)?.entry;
  const name = `${resourceKey(chronicle.resource)} version ${entry.version} (${entry.kind})`;
  mustBe(
    entry.version === chronicle.steps.length + 1,
    'P6',
    () => `${name} is not the one after ${chronicle.steps.length}`,
  );
  mustBe(!last || entry.at > last.at, 'P6', () => `${name} at ${entry.at} is not later than ${last?.at}`);
  const facts = { chronicle, entry, scan, name };
  const after = chronicle.isRegion ? checkRegion(facts) : checkInstance(facts);
  const step: CommittedEntry = {
    entry,
    json: JSON.stringify(entry),
    scan,
    before: chronicle.isGone ? null : chronicle.known,
    after,
    isRecorded: false,
    isExpired: false,
    attribution: null,
    requiredAlerts: [],
    publications: new Map(),
  };
  step.requiredAlerts = kindsToTell(step, chronicle);
  chronicle.steps.push(step);
  if (entry.kind !== 'gap') chronicle.known = after;
  chronicle.isGone = entry.kind === 'gone';
  chronicle.isListedAgain = false;
  chronicle.isInGap = entry.kind === 'gap';
  return step;
}

interface CommitFacts {
  chronicle: Chronicle;
  entry: HistoryEntry;
  scan: SimulatedScan;
  name: string;
}

function checkRegion({ chronicle, entry, scan, name }: CommitFacts): null {
  const listing = scan.listingOf(chronicle.resource.region);
  const isListed = entry.kind === 'baseline' || entry.kind === 'gap-over';
  mustBe(isListed === (listing !== null), 'P4', () => `${name}: the listing ${listing ? 'succeeded' : 'failed'}`);
  mustBe(isListed || !chronicle.isInGap, 'P5', () => `${name}: the gap was open already`);
  mustBe(entry.kind !== 'gap-over' || chronicle.isInGap, 'P5', () => `${name}: there was no gap`);
  return null;
}

function checkInstance(facts: CommitFacts): Sighting | null {
  const { entry, chronicle, name } = facts;
  // A transient change is not based on a read of this scan, so the firewall in force stays the same.
  if (entry.kind === 'flapped') return chronicle.known;
  checkListing(facts);
  switch (entry.kind) {
    case 'gone':
      checkReach(name, 'closed', entry.closed, chronicle.known?.exposure ?? 0n);
      mustBe(!chronicle.isGone || chronicle.isListedAgain, 'P4', () => `${name}: the instance was already gone`);
      return null;
    case 'gap':
      checkFailure(facts);
      return chronicle.isGone ? null : chronicle.known;
    default:
      return checkRead(facts, checkSighting(facts));
  }
}

/** Returns the listing that the scan received, and checks that no newer listing is in the chronicle. */
function checkListing({ chronicle, entry, scan, name }: CommitFacts): void {
  const { region, instanceName } = chronicle.resource;
  const listing = scan.listingOf(region);
  mustBe(listing !== null, 'P4', () => `${name}: the region was not listed completely`);
  const facts = listing.facts.get(instanceName ?? '') ?? null;
  mustBe((facts === null) === (entry.kind === 'gone'), 'P4', () => `${name}: the listing has ${JSON.stringify(facts)}`);
  // With two scans at once, an older listing is harmless if both listings are equal.
  const isNewest = listing.order >= chronicle.listedOrder || JSON.stringify(facts) === JSON.stringify(chronicle.facts);
  mustBe(isNewest, 'P4', () => `${name}: an older, different listing replaces a newer one`);
  chronicle.listedOrder = Math.max(listing.order, chronicle.listedOrder);
  chronicle.facts = facts;
}

function checkFailure({ chronicle, scan, name }: CommitFacts): void {
  const key = resourceKey(chronicle.resource);
  mustBe(scan.readingOf(key) === null || scan.isOutOfTime, 'P4', () => `${name}: it was read`);
  mustBe(!chronicle.isInGap, 'P5', () => `${name}: the gap was open already`);
}

function checkSighting({ chronicle, entry, scan, name }: CommitFacts): Sighting {
  const key = resourceKey(chronicle.resource);
  const reading = scan.readingOf(key);
  const facts = scan.listingOf(chronicle.resource.region)?.facts.get(chronicle.resource.instanceName ?? '');
  mustBe(reading !== null && facts !== undefined, 'P4', () => `${name}: it was not read`);
  mustBe(reading.order > chronicle.readOrder, 'P4', () => `${name}: based on an older read than the last entry`);
  chronicle.readOrder = reading.order;
  const isAsRead = entry.rules === null || JSON.stringify(entry.rules) === JSON.stringify(reading.rules);
  mustBe(isAsRead, 'P6', () => `${name}: the rules differ from the read`);
  const arn = entry.instance?.arn;
  mustBe(arn === facts.arn, 'P6', () => `${name}: the instance is ${arn}, the listing has ${facts.arn}`);
  return seeFirewall(facts, reading.rules);
}

/** Checks the statements of the entry about a firewall that was read, against the firewall in force. */
function checkRead({ chronicle, entry, name }: CommitFacts, seen: Sighting): Sighting {
  const known = chronicle.isGone ? null : chronicle.known;
  const isSame = known !== null && known.arn === seen.arn;
  if (entry.kind === 'changed') {
    mustBe(isSame, 'P4', () => `${name}: another instance, or none, was known`);
    checkReach(name, 'opened', entry.opened, probesOpened(known.exposure, seen.exposure));
    checkReach(name, 'closed', entry.closed, probesOpened(seen.exposure, known.exposure));
  } else if (entry.kind === 'gap-over') {
    const isUnchanged = isSame && known.exposure === seen.exposure;
    mustBe(isUnchanged, 'P3', () => `${name}: the firewall that was read differs from the firewall in force`);
    mustBe(chronicle.isInGap, 'P5', () => `${name}: there was no gap`);
  } else {
    mustBe(!isSame, 'P4', () => `${name}: this firewall was already in force`);
    checkReach(name, 'opened', entry.opened, seen.exposure);
    const replaced = entry.replaces;
    mustBe(
      (replaced !== null) === (known !== null),
      'P3',
      () => `${name}: the replaced instance does not match the firewall in force`,
    );
    if (replaced && known) {
      mustBe(replaced.instance.arn === known.arn, 'P4', () => `${name}: replaces another instance than the known one`);
      checkReach(name, 'what the replaced one exposed', replaced.exposure, known.exposure);
      checkReach(name, 'opened by the replacement', replaced.opened, probesOpened(known.exposure, seen.exposure));
      checkReach(name, 'closed by the replacement', replaced.closed, probesOpened(seen.exposure, known.exposure));
    }
  }
  return seen;
}

function checkReach(name: string, what: string, claimed: HistoryEntry['opened'], truth: bigint): void {
  const claim = probeReach(claimed);
  mustBe(
    claim === truth,
    'P4',
    () =>
      `${name}, ${what}: not claimed is ${describeProbes(truth & ~claim)}; not true is ${describeProbes(claim & ~truth)}`,
  );
}

/** The alerts that an entry requires. */
function kindsToTell({ entry, before, after }: CommittedEntry, chronicle: Chronicle): AlertKind[] {
  if (chronicle.isRegion) {
    if (entry.kind === 'gap') return ['region-unreadable'];
    const kinds: AlertKind[] = entry.kind === 'baseline' ? ['monitoring-started'] : [];
    return chronicle.isInGap ? [...kinds, 'region-readable-again'] : kinds;
  }
  if (entry.kind === 'gone') return ['instance-gone'];
  if (entry.kind === 'gap') return ['unreadable'];
  if (entry.kind === 'flapped') return ['firewall-flapped'];
  const kinds: AlertKind[] = [];
  if (entry.kind === 'appeared') kinds.push('instance-appeared');
  if (entry.kind === 'appeared' && before !== null) kinds.push('instance-gone');
  if (entry.kind === 'changed' && before?.exposure !== after?.exposure) kinds.push('firewall-changed');
  return chronicle.isInGap ? [...kinds, 'readable-again'] : kinds;
}
