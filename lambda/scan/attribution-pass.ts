/**
 * A pass over the calls that CloudTrail has, after everything else that a scan does is done: who made the changes that were told without
 * it, and what calls did between two scans that neither of them saw. It endangers nothing: every failure is said, and left to the next
 * pass. What it finds becomes history by the very steps of a scan, so that nothing is lost and nothing is told twice without need.
 */

import pLimit from 'p-limit';
import type { DigestContext } from '../alerts/digest.ts';
import type { ApiCall } from '../attribution/api-call.ts';
import { completeEntry, rulesBeforeAt } from '../history/complete-entry.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import { attempt } from './attempt.ts';
import type { CallFollowing, CallState } from './call-roles.ts';
import type { CommitContext } from './commit.ts';
import { isPassDue, isWaiting, listRecent, listRegions, waitForCallsMs } from './decide/decide-lookup.ts';
import { Dossiers } from './dossiers.ts';
import type { ScanDeps } from './full-scan.ts';
import type { LeaseGrant } from './interfaces.ts';
import { type Dossier, decideAttribution } from './judge-calls.ts';
import { type LatestState, resourceKey } from './latest-state.ts';
import { type LookedAt, lookUpRegion } from './look-up-region.ts';
import type { Moment } from './moment.ts';
import { tell } from './publish-alerts.ts';
import { type FoundAttribution, settleAttributions } from './settle-attributions.ts';
import { settleUnseen, type UnseenDeps } from './settle-unseen.ts';
import { tellDenied } from './tell-denied.ts';

/** The scan that a pass follows on. */
export interface PassedScan {
  state: CallState | null;
  /** With their `told` marks as they are now. */
  states: readonly LatestState[];
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
/** Histories that are loaded at once. */
const loadsAtOnce = 5;

/** How many alerts were published. Never throws. */
export async function followCalls(scan: PassedScan, deps: ScanDeps): Promise<number> {
  const { calls, settings } = deps;
  if (calls === undefined) return 0;
  const nowMs = deps.clock();
  const budgetMs = Math.min(mostPassMs, scan.deadlineAt - nowMs - reserveMs);
  const isWatched = ({ resource }: LatestState) =>
    settings.regions === null || settings.regions.includes(resource.region);
  const states = scan.states.filter(isWatched);
  if (budgetMs < leastPassMs || !isPassDue(scan.state, states, nowMs)) return 0;
  const pass = new CallPass({ ...scan, states }, { ...deps, calls }, nowMs, deps.timeout(budgetMs));
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
  readonly #dossiers: Dossiers;

  constructor(scan: PassedScan, deps: FollowDeps, nowMs: number, signal: AbortSignal) {
    this.#scan = scan;
    this.#deps = deps;
    this.#nowMs = nowMs;
    this.#signal = signal;
    this.#dossiers = new Dossiers(deps.store, deps.observe);
  }

  async play(): Promise<void> {
    const { states, state } = this.#scan;
    await this.#loadRecent();
    const limitRegions = pLimit(this.#deps.limits.regionsAtOnce);
    const regions = listRegions(states, this.#nowMs);
    const looked = await Promise.all(regions.map((region) => limitRegions(() => this.#lookUp(region))));
    await this.#attribute(looked);
    const { doneUntil, changed } = await settleUnseen(looked, state, this.#unseenDeps());
    await this.#tell(changed);
    const toldDenied = await this.#tellDenied(looked);
    const next = { passedAt: toInstant(this.#nowMs), doneUntil, waitsUntil: this.#decideWaitsUntil(), toldDenied };
    await this.#deps.store.saveCallState(this.#deps.settings.account, next);
  }

  async #loadRecent(): Promise<void> {
    const limit = pLimit(loadsAtOnce);
    const from = toInstant(this.#nowMs - waitForCallsMs);
    const recent = listRecent(this.#scan.states, this.#nowMs);
    await Promise.all(recent.map((latest) => limit(() => this.#dossiers.load(latest, from))));
  }

  #listWaiting(dossier: Dossier): HistoryEntry[] {
    return dossier.entries.filter((entry) => isWaiting(entry, dossier.latest, this.#nowMs));
  }

  #lookUp(region: string): Promise<LookedAt> {
    const { calls, observe, settings } = this.#deps;
    const ofRegion = this.#dossiers.all().filter(({ latest }) => latest.resource.region === region);
    const waiting = ofRegion.flatMap((dossier) => this.#listWaiting(dossier));
    const doneUntil = this.#scan.state?.doneUntil[region];
    const where = { account: settings.account, region };
    return lookUpRegion(where, { doneUntil, waiting, nowMs: this.#nowMs }, { calls, observe, signal: this.#signal });
  }

  async #attribute(looked: readonly LookedAt[]): Promise<void> {
    const found: FoundAttribution[] = [];
    const callsOf = new Map(looked.map(({ region, calls }) => [region, calls ?? []]));
    for (const dossier of this.#dossiers.all()) {
      const calls = callsOf.get(dossier.latest.resource.region) ?? [];
      if (calls.length === 0) continue;
      for (const entry of this.#listWaiting(dossier))
        found.push(...(await this.#attributeEntry(dossier, entry, calls)));
    }
    if (found.length === 0) return;
    const attributedAlerts = this.#deps.settings.attributedAlerts;
    const deps = { ...this.#deps, attributedAlerts, signal: this.#signal };
    const { alerts, put } = await settleAttributions(found, this.#scan.digest, deps);
    this.alerts += alerts;
    for (const { latest, entry, attribution } of put)
      this.#dossiers.replace(latest, { ...entry, changedBy: attribution });
  }

  async #attributeEntry(dossier: Dossier, entry: HistoryEntry, calls: readonly ApiCall[]): Promise<FoundAttribution[]> {
    const at = rulesBeforeAt(entry);
    const holder = at === null ? null : await this.#dossiers.loadEntry(entry.resource, at, dossier);
    const attribution = decideAttribution(entry, firewallOf(holder), calls, this.#nowMs);
    return attribution === null ? [] : [{ latest: dossier.latest, entry: completeEntry(entry, holder), attribution }];
  }

  #unseenDeps(): UnseenDeps {
    const { observe } = this.#deps;
    const { context, states } = this.#scan;
    const byKey = new Map(states.map((latest) => [resourceKey(latest.resource), latest]));
    const moment = () => this.#moment();
    return { context, observe, moment, dossiers: this.#dossiers, states: byKey, nowMs: this.#nowMs };
  }

  #moment(): Moment {
    const { clock, settings, newId } = this.#deps;
    const { grant, digest } = this.#scan;
    return { now: clock(), scanStartedAt: digest.scannedAt, grant, settings, newId };
  }

  async #tell(changed: readonly LatestState[]): Promise<void> {
    if (changed.length === 0) return;
    const { alerts } = await tell(changed, this.#scan.digest, { ...this.#deps, signal: this.#signal });
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
    const waiting = this.#dossiers.all().flatMap((dossier) => this.#listWaiting(dossier));
    const last = waiting
      .map(({ at }) => at)
      .sort()
      .at(-1);
    return last === undefined ? null : toInstant(Date.parse(last) + waitForCallsMs);
  }
}

const toInstant = (ms: number): string => new Date(ms).toISOString();
