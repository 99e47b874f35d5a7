/**
 * Checks each commit (P4, P6): the entry contains what this scan received and nothing else; it continues the state in
 * force; an older observation never replaces a newer one.
 */
import type { AlertKind } from '../../lambda/contract/json-event.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { resourceKey } from '../../lambda/scan/latest-state.ts';
import { type Chronicle, type Sighting, type Step, seeFirewall } from './chronicle.ts';
import { describeProbes, probeReach, probesOpened } from './probe-oracle.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import { mustBe } from './violation.ts';

/** Checks the entry and adds it to the chronicle. */
export function judgeCommit(chronicle: Chronicle, entry: HistoryEntry, scan: SimulatedScan): Step {
  const last = chronicle.steps.at(-1)?.entry;
  const name = `${resourceKey(chronicle.resource)} version ${entry.version} (${entry.kind})`;
  mustBe(
    entry.version === chronicle.steps.length + 1,
    'P6',
    () => `${name} is not the one after ${chronicle.steps.length}`,
  );
  mustBe(!last || entry.at > last.at, 'P6', () => `${name} at ${entry.at} is not later than ${last?.at}`);
  const evidence = { chronicle, entry, scan, name };
  const after = chronicle.isRegion ? judgeRegion(evidence) : judgeInstance(evidence);
  const step: Step = {
    entry,
    json: JSON.stringify(entry),
    scan,
    before: chronicle.isGone ? null : chronicle.known,
    after,
    isRecorded: false,
    isExpired: false,
    isAttributed: false,
    mustTell: [],
    tellings: new Map(),
  };
  step.mustTell = kindsToTell(step, chronicle);
  chronicle.steps.push(step);
  if (entry.kind !== 'gap') chronicle.known = after;
  chronicle.isGone = entry.kind === 'gone';
  chronicle.isListedAgain = false;
  chronicle.isInGap = entry.kind === 'gap';
  return step;
}

interface Evidence {
  chronicle: Chronicle;
  entry: HistoryEntry;
  scan: SimulatedScan;
  name: string;
}

function judgeRegion({ chronicle, entry, scan, name }: Evidence): null {
  const listing = scan.listingOf(chronicle.resource.region);
  const isListed = entry.kind === 'baseline' || entry.kind === 'gap-over';
  mustBe(isListed === (listing !== null), 'P4', () => `${name}: the listing ${listing ? 'came' : 'failed'}`);
  mustBe(isListed || !chronicle.isInGap, 'P5', () => `${name}: the gap was open already`);
  mustBe(entry.kind !== 'gap-over' || chronicle.isInGap, 'P5', () => `${name}: there was no gap`);
  return null;
}

function judgeInstance(evidence: Evidence): Sighting | null {
  const { entry, chronicle, name } = evidence;
  // Not based on a read of this scan, so the firewall in force stays the same.
  if (entry.kind === 'flapped') return chronicle.known;
  judgeListing(evidence);
  switch (entry.kind) {
    case 'gone':
      judgeReach(name, 'closed', entry.closed, chronicle.known?.exposure ?? 0n);
      mustBe(!chronicle.isGone || chronicle.isListedAgain, 'P4', () => `${name}: it was gone already`);
      return null;
    case 'gap':
      judgeFailure(evidence);
      return chronicle.isGone ? null : chronicle.known;
    default:
      return judgeRead(evidence, judgeSighting(evidence));
  }
}

/** Returns the listing that the scan received, and checks that no newer listing is in the chronicle. */
function judgeListing({ chronicle, entry, scan, name }: Evidence): void {
  const { region, instanceName } = chronicle.resource;
  const listing = scan.listingOf(region);
  mustBe(listing !== null, 'P4', () => `${name}: the region was not listed whole`);
  const facts = listing.facts.get(instanceName ?? '') ?? null;
  mustBe((facts === null) === (entry.kind === 'gone'), 'P4', () => `${name}: listed was ${JSON.stringify(facts)}`);
  // With two scans at once, an older listing does no harm if both are equal.
  const isNewest = listing.order >= chronicle.listedOrder || JSON.stringify(facts) === JSON.stringify(chronicle.facts);
  mustBe(isNewest, 'P4', () => `${name}: an older listing, by which it was otherwise, overrules a newer one`);
  chronicle.listedOrder = Math.max(listing.order, chronicle.listedOrder);
  chronicle.facts = facts;
}

function judgeFailure({ chronicle, scan, name }: Evidence): void {
  const key = resourceKey(chronicle.resource);
  mustBe(scan.readingOf(key) === null || scan.isOutOfTime, 'P4', () => `${name}: it was read`);
  mustBe(!chronicle.isInGap, 'P5', () => `${name}: the gap was open already`);
}

function judgeSighting({ chronicle, entry, scan, name }: Evidence): Sighting {
  const key = resourceKey(chronicle.resource);
  const reading = scan.readingOf(key);
  const facts = scan.listingOf(chronicle.resource.region)?.facts.get(chronicle.resource.instanceName ?? '');
  mustBe(reading !== null && facts !== undefined, 'P4', () => `${name}: it was not read`);
  mustBe(reading.order > chronicle.readOrder, 'P4', () => `${name}: it rests on an older read than the last one`);
  chronicle.readOrder = reading.order;
  const isAsRead = entry.rules === null || JSON.stringify(entry.rules) === JSON.stringify(reading.rules);
  mustBe(isAsRead, 'P6', () => `${name}: the rules are not those that were read`);
  const arn = entry.instance?.arn;
  mustBe(arn === facts.arn, 'P6', () => `${name}: the instance is ${arn}, listed was ${facts.arn}`);
  return seeFirewall(facts, reading.rules);
}

/** Checks what the entry claims of a firewall that was read, against the firewall in force. */
function judgeRead({ chronicle, entry, name }: Evidence, seen: Sighting): Sighting {
  const known = chronicle.isGone ? null : chronicle.known;
  const isSame = known !== null && known.arn === seen.arn;
  if (entry.kind === 'changed') {
    mustBe(isSame, 'P4', () => `${name}: another instance, or none, was in force`);
    judgeReach(name, 'opened', entry.opened, probesOpened(known.exposure, seen.exposure));
    judgeReach(name, 'closed', entry.closed, probesOpened(seen.exposure, known.exposure));
  } else if (entry.kind === 'gap-over') {
    const isUnchanged = isSame && known.exposure === seen.exposure;
    mustBe(isUnchanged, 'P3', () => `${name}: what was read differs from what was in force`);
    mustBe(chronicle.isInGap, 'P5', () => `${name}: there was no gap`);
  } else {
    mustBe(!isSame, 'P4', () => `${name}: it was in force already`);
    judgeReach(name, 'opened', entry.opened, seen.exposure);
    const replaced = entry.replaces;
    mustBe((replaced !== null) === (known !== null), 'P3', () => `${name}: what it replaces is not as in force`);
    if (replaced && known) {
      mustBe(replaced.instance.arn === known.arn, 'P4', () => `${name}: it replaces another than was in force`);
      judgeReach(name, 'what the replaced one exposed', replaced.exposure, known.exposure);
      judgeReach(name, 'opened by the replacement', replaced.opened, probesOpened(known.exposure, seen.exposure));
      judgeReach(name, 'closed by the replacement', replaced.closed, probesOpened(seen.exposure, known.exposure));
    }
  }
  return seen;
}

function judgeReach(name: string, what: string, claimed: HistoryEntry['opened'], truth: bigint): void {
  const claim = probeReach(claimed);
  mustBe(
    claim === truth,
    'P4',
    () =>
      `${name}, ${what}: not claimed is ${describeProbes(truth & ~claim)}; not true is ${describeProbes(claim & ~truth)}`,
  );
}

/** The alerts that an entry requires. */
function kindsToTell({ entry, before, after }: Step, chronicle: Chronicle): AlertKind[] {
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
