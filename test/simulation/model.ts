/** The model. It is called at the moment of every effect, and checks the marks of the table and the promises of the scans. */
import type { SnsMessage } from '../../lambda/alerts/sns-message.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { LatestState, StateCommit } from '../../lambda/history/latest-state.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { Departed, FleetStore, ScanRecord } from '../../lambda/scan/interfaces.ts';
import { InMemoryFleetStore } from '../scan/in-memory-fleet-store.ts';
import type { ApprovalBook } from './approval-book.ts';
import { checkActor, checkCompleted } from './check-actor.ts';
import { checkAlert, checkFollowUp, checkMark, readAlerts } from './check-alerts.ts';
import { checkApprovalNews, checkApproved } from './check-approvals.ts';
import { checkArrival, checkSummary, checkWindow, type Sightings } from './check-claims.ts';
import { checkCommit } from './check-commit.ts';
import { checkTransientChange } from './check-transient-change.ts';
import { Chronicle, seeFirewall } from './chronicle.ts';
import { isSameEntry } from './is-same-entry.ts';
import type { Fate } from './scheduler.ts';
import type { Listing, Reading, SimulatedScan } from './simulated-scan.ts';
import type { TrueWorld } from './true-world.ts';
import { mustBe } from './violation.ts';

/** Conditions of a run under which more must be true than the general promises. */
export interface SureOf {
  /** Clocks are right and the lease works, so no two scans have the lease at the same time. */
  lease: boolean;
  /** Clocks are right. */
  clocks: boolean;
  /** Only reads fail, so the windows of changes are exact. */
  windows: boolean;
}

export class Model {
  readonly chronicles = new Map<string, Chronicle>();
  /** The scan items, in the order in which they were written. */
  readonly notes: { scan: SimulatedScan; record: ScanRecord }[] = [];
  readonly #account: string;
  /** The table itself, without faults. */
  readonly #table: FleetStore;
  readonly #events: Set<string>;
  readonly #departed = new Set<string>();

  readonly #deniedAlerts = new Map<string, { scan: SimulatedScan; isUnknown: boolean }[]>();
  readonly #sure: SureOf;
  readonly #leases = new Map<SimulatedScan, number>();
  readonly #sightings: Sightings = { listings: [], reads: [] };
  readonly #scansByStart = new Map<string, SimulatedScan[]>();

  readonly #approvals: ApprovalBook;

  constructor(account: string, table: FleetStore, events: Set<string>, sure: SureOf, approvals: ApprovalBook) {
    this.#approvals = approvals;
    this.#account = account;
    this.#events = events;
    this.#table = table;
    this.#sure = sure;
  }

  chronicleOf({ region, instanceName }: Pick<Resource, 'region' | 'instanceName'>): Chronicle {
    const key = resourceKey({ region, instanceName });
    const known = this.chronicles.get(key);
    if (known) return known;
    const chronicle = new Chronicle({ account: this.#account, region, instanceName });
    this.chronicles.set(key, chronicle);
    return chronicle;
  }

  /** The latest state in the table; read-only. */
  async loadState(resource: Resource): Promise<LatestState | null> {
    const { states } = this.#table instanceof InMemoryFleetStore ? this.#table : { states: null };
    return states ? (states.get(`${this.#account}#${resourceKey(resource)}`) ?? null) : this.#table.loadState(resource);
  }

  loadHistory(resource: Resource): Promise<HistoryEntry[]> {
    return this.#table.loadEntriesAfter(resource, 0);
  }

  /** `startedAt`: the time on the scan's own clock. */
  onStart(scan: SimulatedScan, startedAt: string): void {
    const others = this.#scansByStart.get(startedAt) ?? [];
    this.#scansByStart.set(startedAt, [...others, scan]);
  }

  /** An event scan may wait before it begins. Only what it writes shows when it began. */
  #onSeen(scan: SimulatedScan, seenAt: string | null): void {
    if (scan.targets !== null && seenAt !== null) this.onStart(scan, seenAt);
  }

  onLeaseTaken(scan: SimulatedScan, { now, until }: { now: number; until: number }, isTaken: boolean): void {
    if (!isTaken) return;
    for (const [other, otherUntil] of this.#leases) {
      const isHeld = other !== scan && other.isRunning && otherUntil >= now;
      mustBe(
        !isHeld || !this.#sure.lease,
        'lease',
        () => `scan ${scan.id} acquired the lease that scan ${other.id} holds`,
      );
    }
    this.#leases.set(scan, until);
  }

  onLeaseReleased(scan: SimulatedScan): void {
    this.#leases.delete(scan);
  }

  /** A scan received the listing of a region: the failures of the region, and of all instances that are not listed, end. */
  onListed(region: string, { order, facts }: Listing): void {
    if (this.#sure.windows) this.#sightings.listings.push({ order, region, facts });
    for (const chronicle of this.chronicles.values()) {
      const { instanceName } = chronicle.resource;
      if (chronicle.resource.region !== region) continue;
      if (instanceName === null || !facts.has(instanceName)) chronicle.failedScans = 0;
      else if (order > chronicle.listedOrder) chronicle.isListedAgain = true;
    }
  }

  onRead(scan: SimulatedScan, resource: Pick<Resource, 'region' | 'instanceName'>, { order, rules }: Reading): void {
    this.chronicleOf(resource).failedScans = 0;
    const facts = scan.listingOf(resource.region)?.facts.get(resource.instanceName ?? '');
    if (facts && this.#sure.windows)
      this.#sightings.reads.push({ order, key: resourceKey(resource), seen: seeFirewall(facts, rules) });
  }

  async onCommit(scan: SimulatedScan, commit: StateCommit, isDone: boolean, world: TrueWorld): Promise<void> {
    if (!isDone) {
      this.#events.add('commit refused');
      return;
    }
    const chronicle = this.chronicleOf(commit.resource);
    scan.commits += 1;
    checkActor(commit.pending, scan, null);
    if (commit.pending.kind === 'flapped')
      checkTransientChange(chronicle, commit.pending, scan, world, this.#sure.clocks);
    this.#onSeen(scan, commit.seenAt);
    const step = checkCommit(chronicle, commit.pending, scan);
    if (this.#approvals.isUsed) checkApproved(step, commit.seenAt ?? '', scan, this.#approvals);
    if (step.entry.approved?.isSilent) this.#events.add('approved, not sent');
    else if (step.entry.approved !== undefined) this.#events.add('approved in part');
    if (this.#sure.windows && step.entry.kind !== 'flapped') {
      checkWindow(chronicle, step, this.#scansByStart.get(step.entry.changedAfter ?? '') ?? [], this.#sightings);
    }
    const { region } = commit.resource;
    if (this.#sure.windows && this.#sure.clocks && !chronicle.isRegion) {
      checkArrival(step, this.regionOf(chronicle), this.#events);
    }
    if (chronicle.isRegion && commit.pending.kind === 'baseline') {
      const listed = scan.listingOf(region)?.facts.values() ?? [];
      chronicle.firstListed = new Set([...listed].map(({ arn }) => arn ?? ''));
      checkSummary(
        commit.pending,
        (instanceName) => this.chronicleOf({ region, instanceName }),
        (instance) => this.#approvals.approvedProbes(scan, instance, commit.seenAt ?? ''),
      );
    }
    this.#noteStep(chronicle, commit.pending);
    await this.#checkLatestState(chronicle);
  }

  /** A scan wrote into the latest state that a failure goes on, or that it ended. */
  async onMark(
    scan: SimulatedScan,
    resource: Resource,
    { failure, seenAt }: Pick<LatestState, 'failure' | 'seenAt'>,
    isDone: boolean,
  ): Promise<void> {
    if (!isDone) return;
    this.#onSeen(scan, seenAt);
    const key = resourceKey(resource);
    const listing = scan.listingOf(resource.region);
    const { instanceName } = resource;
    const isSeen = instanceName === null ? listing !== null : scan.readingOf(key) !== null;
    const isAbsent = instanceName !== null && listing !== null && !listing.facts.has(instanceName);
    const isSo = failure === null ? isSeen || isAbsent : !isSeen || scan.isOutOfTime;
    mustBe(
      isSo,
      'P4',
      () => `${key} is marked as ${failure ? `failing (${failure.reason})` : 'readable'}, which is wrong`,
    );
    await this.#checkLatestState(this.chronicleOf(resource));
  }

  async onEntry(entry: HistoryEntry, isDone: boolean): Promise<void> {
    if (!isDone) return;
    const chronicle = this.chronicleOf(entry.resource);
    const step = chronicle.steps[entry.version - 1];
    const name = `${resourceKey(entry.resource)} version ${entry.version} (${entry.kind})`;
    const isAsCommitted = step !== undefined && isSameEntry(entry, step.entry, step.json);
    mustBe(isAsCommitted, 'P6', () => `${name} is recorded, and differs from the commit`);
    mustBe(!step.isRecorded, 'P6', () => `${name} is recorded a second time`);
    const before = chronicle.steps[entry.version - 2];
    mustBe(!before || before.isRecorded, 'P6', () => `${name} is recorded before the entry that it follows`);
    step.isRecorded = true;
    await this.#checkLatestState(chronicle);
  }

  /** An attribution was stored for an entry. */
  onAttribution(scan: SimulatedScan, resource: Resource, at: string, attribution: Attribution, now: number): void {
    const chronicle = this.chronicleOf(resource);
    const step = chronicle.steps.find(({ entry }) => entry.at === at);
    const name = `${resourceKey(resource)} at ${at}`;
    mustBe(step?.isRecorded === true, 'P6', () => `an attribution is stored for ${name}, which is not in the history`);
    const known = step.attribution ?? step.entry.changedBy ?? null;
    checkActor({ ...step.entry, changedBy: attribution }, scan, known);
    checkCompleted(name, attribution, known);
    checkFollowUp(chronicle, step, attribution, known, scan);
    step.attribution = attribution;
    for (const publication of step.publications.get('attributed') ?? []) publication.markedAt ??= now;
    this.#events.add('attributed');
  }

  onDeparted({ resource, goneAt }: Departed): void {
    this.#departed.add(`${resourceKey(resource)} ${goneAt}`);
  }

  async onRecorded(resource: Resource, version: number, isDone: boolean): Promise<void> {
    if (!isDone) return;
    const chronicle = this.chronicleOf(resource);
    const step = chronicle.steps[version - 1];
    const name = `${resourceKey(resource)} version ${version}`;
    mustBe(step?.isRecorded === true, 'P6', () => `${name} is marked as recorded, and is not in the history`);
    if (step.entry.kind === 'gone' || step.entry.replaces !== null) {
      const isNoted = this.#departed.has(`${resourceKey(resource)} ${step.entry.at}`);
      mustBe(isNoted, 'P6', () => `${name} is marked as recorded, and its deletion is not recorded`);
    }
    await this.#checkLatestState(chronicle);
  }

  onExpiry(resource: Resource, at: string): void {
    const inForce = this.chronicleOf(resource).steps.findLast(
      ({ entry }) => entry.rules !== null || entry.kind === 'gone',
    );
    mustBe(
      inForce?.entry.at !== at || inForce.entry.kind === 'gone',
      'P6',
      () => `the snapshot of ${resourceKey(resource)} in force gets an expiry`,
    );
  }

  onExpired(key: string, at: string): void {
    const chronicle = this.chronicles.get(key);
    const step = chronicle?.steps.find(({ entry }) => entry.at === at);
    mustBe(
      step !== undefined && step.entry.version <= (chronicle?.alerted ?? 0),
      'P3',
      () => `${key} at ${at} expired before its alert`,
    );
    step.isExpired = true;
    this.#events.add('entry expired');
  }

  onPublish(scan: SimulatedScan, message: SnsMessage, fate: Fate): void {
    this.onAlerts(scan, readAlerts(message), fate);
  }

  /** Alerts were published, or put into the outbox, which counts as published. */
  onAlerts(scan: SimulatedScan, alerts: readonly Alert[], fate: Fate): void {
    for (const alert of alerts) {
      scan.publishes += 1;
      if (alert.approval !== undefined || alert.kind === 'approval-unreadable') {
        const isAgain = checkApprovalNews(alert, scan, fate, this.#approvals);
        this.#events.add(isAgain ? 'alerted twice' : alert.kind);
        continue;
      }
      if (alert.kind === 'attribution-denied') {
        this.#onDenied(scan, alert.region, fate);
        continue;
      }
      const resource = { region: alert.region, instanceName: alert.instance?.name ?? null };
      const isAgain = checkAlert(this.chronicleOf(resource), alert, scan, fate);
      if (isAgain) this.#events.add('alerted twice');
    }
  }

  /** A lookup of the API calls of a region succeeded. */
  onLookedUp(region: string): void {
    this.#deniedAlerts.delete(region);
  }

  /** Denied access to the API calls of a region is alerted once, until a lookup succeeds again. */
  #onDenied(scan: SimulatedScan, region: string, fate: Fate): void {
    const told = this.#deniedAlerts.get(region) ?? [];
    for (const earlier of told) {
      const isExcused = earlier.isUnknown || earlier.scan.hasFaults || !earlier.scan.hasReturned || scan.hasOverlapped;
      mustBe(isExcused, 'P3', () => `denied access to the calls of ${region} is alerted again without reason`);
    }
    this.#deniedAlerts.set(region, [...told, { scan, isUnknown: fate !== 'well' }]);
    this.#events.add('denied access alerted');
  }

  async onTold(scan: SimulatedScan, resource: Resource, version: number, isDone: boolean, now: number): Promise<void> {
    if (!isDone) return;
    const chronicle = this.chronicleOf(resource);
    checkMark(chronicle, this.regionOf(chronicle), version, scan, now);
    await this.#checkLatestState(chronicle);
  }

  async onDeleted(resource: Resource): Promise<void> {
    const chronicle = this.chronicleOf(resource);
    if ((await this.loadState(resource)) !== null) return;
    chronicle.isStateRemoved = true;
    this.#events.add('latest state removed');
    const isOver = chronicle.isGone && chronicle.alerted === chronicle.steps.length;
    mustBe(isOver, 'P3', () => `the latest state of ${resourceKey(resource)} was removed before its work was complete`);
  }

  /** Checks the scan item, because P6's "when was it last confirmed" depends on it. */
  onScanNoted(scan: SimulatedScan, record: ScanRecord): void {
    const known = this.notes.findIndex((note) => note.scan === scan);
    this.notes.splice(known === -1 ? this.notes.length : known, 1, { scan, record });
    this.#checkComplete(scan, record);
    this.#checkNotDue(scan, record);
    for (const region of record.regionsListed) {
      const listing = scan.listingOf(region);
      mustBe(listing !== null, 'P1', () => `scan ${scan.id} claims that it listed ${region}, and did not`);
      for (const instanceName of listing.facts.keys()) {
        const key = resourceKey({ region, instanceName });
        const isClaimed = !record.notRead.includes(key);
        mustBe(!isClaimed || scan.readingOf(key) !== null, 'P6', () => `scan ${scan.id} claims that it read ${key}`);
      }
    }
  }

  /** P5: a scan is not complete if it listed nothing, or failed to list a region that was listed before. */
  #checkComplete(scan: SimulatedScan, { complete, regionsListed, regionsNotDue }: ScanRecord): void {
    const isAny = regionsListed.length > 0 || regionsNotDue !== undefined;
    if (!isAny) this.#events.add('no region listed');
    mustBe(!complete || isAny, 'P5', () => `scan ${scan.id} listed no region, and is complete`);
    for (const [region, listing] of scan.hasOverlapped ? [] : scan.listings) {
      const isLost = !('facts' in listing) && this.chronicleOf({ region, instanceName: null }).isBaselined;
      mustBe(!complete || !isLost, 'P5', () => `scan ${scan.id} could not list ${region}, and is complete`);
    }
  }

  /** P6: if a scan left a region out, the scan that its scan item names had listed the region, and the region has no known instance. */
  #checkNotDue(scan: SimulatedScan, { regionsNotDue = {} }: ScanRecord): void {
    for (const [listedAt, regions] of Object.entries(regionsNotDue)) {
      for (const region of regions) {
        this.#events.add('region not due');
        const name = `scan ${scan.id} claims that ${region} was listed at ${listedAt}`;
        const isListed = this.#scansByStart
          .get(listedAt)
          ?.some((one) => one !== scan && one.listingOf(region) !== null);
        mustBe(isListed === true, 'P6', () => `${name}, and no scan of that time did`);
        mustBe(!scan.listings.has(region), 'P6', () => `${name}, and listed it itself`);
        const known = [...this.chronicles.values()].find(
          ({ resource, steps, isGone }) =>
            resource.region === region && resource.instanceName !== null && steps.length > 0 && !isGone,
        );
        const isEmpty = known === undefined || scan.hasOverlapped;
        mustBe(isEmpty, 'P1', () => `${name}, and left it out with ${known?.resource.instanceName} in it`);
      }
    }
  }

  /** The region of an instance, or the region itself. */
  regionOf({ resource }: Chronicle): Chronicle {
    return this.chronicleOf({ region: resource.region, instanceName: null });
  }

  #noteStep(chronicle: Chronicle, { kind, verdict, replaces }: HistoryEntry): void {
    this.#events.add(`${chronicle.isRegion ? 'region' : 'instance'} ${kind}`);
    if (verdict === 'rewritten') this.#events.add('instance rewritten');
    if (replaces !== null) this.#events.add('instance replaced');
    if (chronicle.isStateRemoved) this.#events.add('name back after its latest state was removed');
    chronicle.isStateRemoved = false;
  }

  /** `alerted <= recorded <= version <= recorded + 1`, and the latest state agrees with the chronicle. */
  async #checkLatestState(chronicle: Chronicle): Promise<void> {
    const latest = await this.loadState(chronicle.resource);
    if (latest === null) return;
    const { version, recorded, alerted: told } = latest;
    const name = () => `${resourceKey(chronicle.resource)}: alerted ${told}, recorded ${recorded}, version ${version}`;
    mustBe(told <= recorded && recorded <= version && version <= recorded + 1, 'watermarks', name);
    mustBe(version === chronicle.steps.length, 'watermarks', () => `${name()}, committed ${chronicle.steps.length}`);
    mustBe(
      recorded >= chronicle.recorded && told >= chronicle.alerted,
      'watermarks',
      () => `${name()}: a mark went back`,
    );
    const isAllThere = chronicle.steps.slice(chronicle.recorded, recorded).every(({ isRecorded }) => isRecorded);
    mustBe(isAllThere, 'P6', () => `${name()}: the history lacks an entry`);
    mustBe((latest.pending === null) === (version === recorded), 'watermarks', () => `${name()}: pending is wrong`);
    chronicle.recorded = recorded;
    if (told > chronicle.alerted) mustBe(false, 'P3', () => `${name()}: the mark moved without a call`);
  }
}
