/**
 * A pass over the calls that CloudTrail has, after everything else that a scan does is done: who made the changes that were told without
 * it, and what calls did between two scans that neither of them saw. It endangers nothing: every failure is said, and left to the next
 * pass. What it finds becomes history by the very steps of a scan, so that nothing is lost and nothing is told twice without need.
 */
import pLimit from 'p-limit';
import type { DigestContext } from '../alerts/alert.ts';
import type { Call } from '../attribution/call.ts';
import { defaultRatingPolicy } from '../firewall/index.ts';
import { completeEntry, rulesBeforeAt } from '../history/complete-entry.ts';
import type { HistoryEntry, Subject } from '../history/entry.ts';
import type { ScanNote } from '../history/evidence.ts';
import { attempt } from './attempt.ts';
import type { CallFollowing, CallState } from './call-roles.ts';
import { applyDecision, type CommitContext } from './commit.ts';
import { decideFlap } from './decide-flap.ts';
import { isPassDue, isWaiting, listRecent, listRegions, waitForCallsMs } from './decide-pass.ts';
import { type Head, subjectKey } from './head.ts';
import { type Dossier, decideAttribution, findUnseen, firewallOf, listUnseen } from './judge-calls.ts';
import { type LookedAt, lookUpRegion } from './look-up-region.ts';
import type { Moment } from './moment.ts';
import type { LeaseGrant } from './roles.ts';
import type { ScanDeps } from './scan-fleet.ts';
import { type FoundAttribution, settleAttributions } from './settle-attributions.ts';
import { tell } from './tell.ts';
import { tellDenied } from './tell-denied.ts';

/** The scan that a pass follows on. */
export interface PassedScan {
  state: CallState | null;
  /** With their `told` marks as they are now. */
  heads: readonly Head[];
  digest: DigestContext;
  grant: LeaseGrant;
  context: CommitContext;
  deadlineAt: number;
}

interface FollowDeps extends ScanDeps {
  calls: CallFollowing;
}

/** A pass takes so long at most, leaves so much time to what comes after it, and is not begun with less. */
const mostPassMs = 60_000;
const reserveMs = 3_000;
const leastPassMs = 5_000;
/** Scans of so long before a call may be the last that saw what was before it. */
const scansBackMs = 20 * 60_000;
/** Histories that are loaded at once. */
const loadsAtOnce = 5;

/** How many alerts were published. Never throws. */
export async function followCalls(scan: PassedScan, deps: ScanDeps): Promise<number> {
  const { calls, settings } = deps;
  if (calls === undefined) return 0;
  const nowMs = deps.clock();
  const budgetMs = Math.min(mostPassMs, scan.deadlineAt - nowMs - reserveMs);
  const isWatched = ({ subject }: Head) => settings.regions === null || settings.regions.includes(subject.region);
  const heads = scan.heads.filter(isWatched);
  if (budgetMs < leastPassMs || !isPassDue(scan.state, heads, nowMs)) return 0;
  const pass = new CallPass({ ...scan, heads }, { ...deps, calls }, nowMs, deps.timeout(budgetMs));
  await attempt(deps.observe, 'follow the calls', () => pass.play());
  return pass.alerts;
}

class CallPass {
  /** Published so far. */
  alerts = 0;
  readonly #scan: PassedScan;
  readonly #deps: FollowDeps;
  readonly #nowMs: number;
  readonly #signal: AbortSignal;
  readonly #heads: Map<string, Head>;
  readonly #dossiers = new Map<string, Dossier>();
  readonly #changed: Head[] = [];

  constructor(scan: PassedScan, deps: FollowDeps, nowMs: number, signal: AbortSignal) {
    this.#scan = scan;
    this.#deps = deps;
    this.#nowMs = nowMs;
    this.#signal = signal;
    this.#heads = new Map(scan.heads.map((head) => [subjectKey(head.subject), head]));
  }

  async play(): Promise<void> {
    const { heads } = this.#scan;
    await this.#loadRecent();
    const limitRegions = pLimit(this.#deps.limits.regionsAtOnce);
    const regions = listRegions(heads, this.#nowMs);
    const looked = await Promise.all(regions.map((region) => limitRegions(() => this.#lookUp(region))));
    await this.#attribute(looked);
    const doneUntil = await this.#findUnseen(looked);
    await this.#tell();
    const toldDenied = await this.#tellDenied(looked);
    const state = { passedAt: toInstant(this.#nowMs), doneUntil, waitsUntil: this.#decideWaitsUntil(), toldDenied };
    await this.#deps.store.saveCallState(this.#deps.settings.account, state);
  }

  async #loadRecent(): Promise<void> {
    const limit = pLimit(loadsAtOnce);
    const from = toInstant(this.#nowMs - waitForCallsMs);
    const recent = listRecent(this.#scan.heads, this.#nowMs);
    await Promise.all(recent.map((head) => limit(() => this.#load(head, from))));
  }

  async #load(head: Head, from: string): Promise<Dossier | undefined> {
    const key = subjectKey(head.subject);
    const loaded = this.#dossiers.get(key);
    if (loaded !== undefined && (loaded.entries[0]?.at ?? '9') <= from) return loaded;
    const entries = await attempt(this.#deps.observe, `load the history of ${key}`, () =>
      this.#deps.store.loadEntriesSince(head.subject, from),
    );
    if (entries === undefined) return undefined;
    const dossier = { head, entries };
    this.#dossiers.set(key, dossier);
    return dossier;
  }

  #listWaiting(dossier: Dossier): HistoryEntry[] {
    return dossier.entries.filter((entry) => isWaiting(entry, dossier.head, this.#nowMs));
  }

  #lookUp(region: string): Promise<LookedAt> {
    const { calls, observe, settings } = this.#deps;
    const waiting = [...this.#dossiers.values()]
      .filter(({ head }) => head.subject.region === region)
      .flatMap((dossier) => this.#listWaiting(dossier));
    const doneUntil = this.#scan.state?.doneUntil[region];
    const where = { account: settings.account, region };
    return lookUpRegion(where, { doneUntil, waiting, nowMs: this.#nowMs }, { calls, observe, signal: this.#signal });
  }

  async #attribute(looked: readonly LookedAt[]): Promise<void> {
    const found: FoundAttribution[] = [];
    const callsOf = new Map(looked.map(({ region, calls }) => [region, calls ?? []]));
    for (const dossier of this.#dossiers.values()) {
      const calls = callsOf.get(dossier.head.subject.region) ?? [];
      if (calls.length === 0) continue;
      for (const entry of this.#listWaiting(dossier))
        found.push(...(await this.#attributeEntry(dossier, entry, calls)));
    }
    if (found.length === 0) return;
    const attributedAlerts = this.#deps.settings.attributedAlerts ?? true;
    const deps = { ...this.#deps, attributedAlerts, signal: this.#signal };
    const { alerts, put } = await settleAttributions(found, this.#scan.digest, deps);
    this.alerts += alerts;
    for (const { head, entry, attribution } of put) this.#noteActor(head, { ...entry, changedBy: attribution });
  }

  async #attributeEntry(
    { head, entries }: Dossier,
    entry: HistoryEntry,
    calls: readonly Call[],
  ): Promise<FoundAttribution[]> {
    const at = rulesBeforeAt(entry);
    const holder = at === null ? null : await this.#loadHolder(entry.subject, at, entries);
    const attribution = decideAttribution(entry, firewallOf(holder), calls, this.#nowMs);
    return attribution === null ? [] : [{ head, entry: completeEntry(entry, holder), attribution }];
  }

  #noteActor(head: Head, entry: HistoryEntry): void {
    const key = subjectKey(head.subject);
    const entries = this.#dossiers.get(key)?.entries ?? [];
    this.#dossiers.set(key, { head, entries: entries.map((one) => (one.at === entry.at ? entry : one)) });
  }

  /** Region to the instant up to which all is done there. */
  async #findUnseen(looked: readonly LookedAt[]): Promise<Record<string, string>> {
    const loadScans = this.#scansLoader(looked);
    const doneUntil: Record<string, string> = {};
    for (const { region, span, calls } of looked) {
      const before = this.#scan.state?.doneUntil[region];
      const waits = calls === null ? null : await this.#findUnseenIn(region, calls, loadScans);
      const done = waits === null ? before : [span.until, ...waits].sort()[0];
      if (done !== undefined) doneUntil[region] = done;
    }
    return doneUntil;
  }

  /** Instants of calls of which it can't be said yet what they did. */
  async #findUnseenIn(region: string, calls: readonly Call[], loadScans: () => Promise<ScanNote[]>): Promise<string[]> {
    const waits: string[] = [];
    for (const instanceName of new Set(calls.flatMap((call) => call.instanceNames))) {
      const head = this.#heads.get(subjectKey({ region, instanceName }));
      const own = calls.filter((call) => call.instanceNames.includes(instanceName));
      if (head === undefined || listUnseen({ head, entries: [] }, own).length === 0) continue;
      const oldest = own.map(({ at }) => at).sort()[0] ?? '';
      const step = `find what calls to ${instanceName} in ${region} did`;
      const waitsFrom = await attempt(this.#deps.observe, step, () => this.#settleUnseen(head, own, oldest, loadScans));
      if (waitsFrom !== null) waits.push(waitsFrom ?? oldest);
    }
    return waits;
  }

  async #settleUnseen(
    known: Head,
    calls: readonly Call[],
    oldest: string,
    loadScans: () => Promise<ScanNote[]>,
  ): Promise<string | null> {
    const dossier = await this.#load(known, oldest);
    if (dossier === undefined) return oldest;
    if (listUnseen(dossier, calls).length === 0) return null;
    const [first] = dossier.entries;
    const holderAt = first && first.rules === null ? first.previousRulesAt : null;
    const holder = holderAt === null ? null : await this.#loadHolder(known.subject, holderAt, dossier.entries);
    const question = { nowMs: this.#nowMs, policy: this.#policy };
    const { flaps, waitsFrom } = findUnseen(dossier, holder, calls, await loadScans(), question);
    let head = known;
    for (const flap of flaps) {
      const decision = decideFlap(head, flap, this.#moment());
      const applied = await applyDecision(decision, head, head.subject, this.#scan.context);
      // Another scan was first: what it found may tell another story.
      if (applied.outcome === 'refused' || applied.head === null) return oldest;
      head = applied.head;
    }
    if (flaps.length > 0) this.#changed.push(head);
    return waitsFrom;
  }

  #scansLoader(looked: readonly LookedAt[]): () => Promise<ScanNote[]> {
    const oldest = looked.flatMap(({ calls }) => calls?.map(({ at }) => at) ?? []).sort()[0];
    let scans: Promise<ScanNote[]> | undefined;
    return () => {
      const from = toInstant(Date.parse(oldest ?? toInstant(this.#nowMs)) - scansBackMs);
      scans ??= this.#deps.store.loadScansSince(this.#deps.settings.account, from);
      return scans;
    };
  }

  async #loadHolder(subject: Subject, at: string, entries: readonly HistoryEntry[]): Promise<HistoryEntry | null> {
    return entries.find((entry) => entry.at === at) ?? (await this.#deps.store.loadEntry(subject, at));
  }

  async #tell(): Promise<void> {
    if (this.#changed.length === 0) return;
    const { alerts } = await tell(this.#changed, this.#scan.digest, { ...this.#deps, signal: this.#signal });
    this.alerts += alerts;
  }

  async #tellDenied(looked: readonly LookedAt[]): Promise<string[]> {
    const { state, digest } = this.#scan;
    const told = { before: state?.toldDenied ?? [], doneUntil: state?.doneUntil ?? {} };
    const { alerts, toldDenied } = await tellDenied(looked, told, digest, { ...this.#deps, signal: this.#signal });
    this.alerts += alerts;
    return toldDenied;
  }

  #decideWaitsUntil(): string | null {
    const waiting = [...this.#dossiers.values()].flatMap((dossier) => this.#listWaiting(dossier));
    const last = waiting
      .map(({ at }) => at)
      .sort()
      .at(-1);
    return last === undefined ? null : toInstant(Date.parse(last) + waitForCallsMs);
  }

  #moment(): Moment {
    const { clock, settings, newId } = this.#deps;
    const { grant, digest } = this.#scan;
    return { now: clock(), scanStartedAt: digest.scannedAt, grant, settings, newId };
  }

  get #policy() {
    const { highRiskPorts } = this.#deps.settings;
    return highRiskPorts === null ? defaultRatingPolicy : { ...defaultRatingPolicy, highRiskPorts };
  }
}

const toInstant = (ms: number): string => new Date(ms).toISOString();
