/** What a run for events does once it is its turn: look at what was named, say who did it, tell. */
import pLimit from 'p-limit';
import type { DigestContext } from '../alerts/digest.ts';
import type { Resource } from '../history/entry.ts';
import { attempt } from './attempt.ts';
import type { CommitContext } from './commit.ts';
import { decideNeed, isYetToShow } from './decide/decide-event-target.ts';
import type { NamedReport, NamedTarget } from './event-scan.ts';
import { findAttributions } from './find-attributions.ts';
import { expiresAt, type ScanDeps } from './full-scan.ts';
import type { EventGrant, ListedInstance, ScanObserver } from './interfaces.ts';
import { type LatestState, resourceKey } from './latest-state.ts';
import { type LoadedStates, loadLatestStates } from './load-latest-states.ts';
import { type TellDeps, tell } from './publish-alerts.ts';
import { type RegionScanDeps, settleAbsent, settleInstance, toReadError } from './read-and-commit.ts';
import { uniqueByName } from './scan-region.ts';
import { type FoundAttribution, settleAttributions } from './settle-attributions.ts';

/** Played once, by whoever has the lease; what came of it is in the report that it was given. */
export class NamedRun {
  readonly startedAt: string;
  /** `resourceKey` of what was looked at and is settled. */
  readonly settled: string[] = [];
  /** Was Lightsail asked for anything? */
  hasAsked = false;
  readonly #deps: ScanDeps;
  readonly #grant: EventGrant;
  readonly #report: NamedReport;
  readonly #deadlineAt: number;
  readonly #context: CommitContext;

  constructor(deps: ScanDeps, grant: EventGrant, report: NamedReport, deadlineAt: number) {
    const startedAtMs = deps.clock();
    this.startedAt = new Date(startedAtMs).toISOString();
    this.#deps = deps;
    this.#grant = grant;
    this.#report = report;
    this.#deadlineAt = deadlineAt;
    this.#context = { store: deps.store, expiresAtSeconds: expiresAt(deps.settings, startedAtMs) };
  }

  /** Throws where the table fails; what is not settled, or not known to be, stands in the report's `left`. */
  async play(targets: readonly NamedTarget[]): Promise<void> {
    const { settings, observe } = this.#deps;
    const loaded = await loadLatestStates(settings.account, observe, this.#context);
    const needs = Map.groupBy(targets, (target) => decideNeed(target, loaded, this.#grant, settings.regions));
    const toLookAt = needs.get('look') ?? [];
    await this.#lookAt(toLookAt, loaded);
    const digest = this.#digestContext(toLookAt);
    const deps = { ...this.#deps, signal: this.#deps.timeout(Math.max(0, this.#deadlineAt - this.#deps.clock())) };
    const states = await this.#tell(loaded, digest, deps);
    await this.#attribute([...toLookAt, ...(needs.get('seen') ?? [])], states, digest, deps);
  }

  async #lookAt(targets: readonly NamedTarget[], loaded: LoadedStates): Promise<void> {
    const byRegion = Map.groupBy(targets, ({ region }) => region);
    const limitRegions = pLimit(this.#deps.limits.regionsAtOnce);
    const deps = this.#regionDeps(loaded, targets);
    await Promise.all(
      [...byRegion].map(([region, named]) => limitRegions(() => this.#lookInto(region, named, deps()))),
    );
  }

  #regionDeps({ states, refused }: LoadedStates, targets: readonly NamedTarget[]): () => RegionScanDeps {
    const { reader, observe, settings, clock, newId, limits, timeout } = this.#deps;
    const calls = new Map(targets.map((target) => [resourceKey(target), target.calls]));
    const reserveMs = Math.min(limits.reserveMs, 5_000);
    const shared = {
      ...this.#context,
      reader,
      observe,
      signal: timeout(Math.max(0, this.#deadlineAt - reserveMs - clock())),
      moment: () => ({ now: clock(), scanStartedAt: this.startedAt, grant: this.#grant, settings, newId }),
      states,
      refused,
      callsAbout: (resource: Resource) => calls.get(resourceKey(resource)) ?? [],
      leavesFailures: true,
    };
    return () => ({ ...shared, limitReads: pLimit(limits.readsPerRegion) });
  }

  async #lookInto(region: string, targets: readonly NamedTarget[], deps: RegionScanDeps): Promise<void> {
    this.hasAsked = true;
    let listed: ListedInstance[];
    try {
      deps.signal.throwIfAborted();
      listed = uniqueByName(await deps.reader.listInstances(region, deps.signal));
    } catch (error) {
      deps.observe({ event: 'region-failed', region, error: toReadError(error, deps.signal) });
      for (const target of targets) this.#leave(resourceKey(target));
      return;
    }
    deps.observe({ event: 'region-listed', region, instances: listed.length });
    this.#report.regionsListed += 1;
    const found = new Map(listed.map((instance) => [instance.name, instance]));
    await Promise.all(
      targets.map((target) => deps.limitReads(() => this.#settle(target, found.get(target.instanceName), deps))),
    );
  }

  /** Throws nothing: one instance's trouble stays its own. */
  async #settle(target: NamedTarget, listed: ListedInstance | undefined, deps: RegionScanDeps): Promise<void> {
    const { account } = this.#deps.settings;
    const { region, instanceName } = target;
    const key = resourceKey(target);
    try {
      const resource = { account, region, instanceName };
      const { isSettled, isCommitted } = listed
        ? await settleInstance(resource, listed.facts, deps).then(({ isRead, ...rest }) => ({
            ...rest,
            isSettled: isRead,
          }))
        : await settleAbsent(resource, deps);
      if (isSettled && listed) this.#report.instancesRead += 1;
      if (isCommitted) this.#report.changes += 1;
      if (!isSettled || isYetToShow(target, listed !== undefined, this.#deps.clock())) this.#leave(key);
      else this.settled.push(key);
    } catch (error) {
      deps.observe({ event: 'instance-not-committed', region, instanceName, error });
      this.#leave(key);
    }
  }

  /** Whatever is recorded and not told, as a scan would; the states with their marks as they are then. */
  async #tell({ states }: LoadedStates, digest: DigestContext, deps: TellDeps): Promise<Map<string, LatestState>> {
    const { alerts, told } = await tell([...states.values()], digest, deps);
    this.#report.alerts += alerts;
    return new Map([...states].map(([key, latest]) => [key, { ...latest, alerted: told.get(key) ?? latest.alerted }]));
  }

  /** What a scan found before the event came is told already: who did it is put beside it, and told as well. */
  async #attribute(
    targets: readonly NamedTarget[],
    states: ReadonlyMap<string, LatestState>,
    digest: DigestContext,
    deps: TellDeps,
  ): Promise<void> {
    const { settings, store, observe, clock } = this.#deps;
    const foundAt = new Date(clock()).toISOString();
    const found: FoundAttribution[] = [];
    for (const target of targets) {
      const key = resourceKey(target);
      const latest = states.get(key);
      if (latest === undefined) continue;
      const step = `find which changes of ${key} calls account for`;
      const ofTarget = await attempt(observe, step, () => findAttributions(latest, target.calls, foundAt, store));
      if (ofTarget === undefined) this.#leave(key);
      else found.push(...ofTarget);
    }
    const counting: ScanObserver = (event) => {
      if (event.event === 'attributed') this.#report.attributed += 1;
      observe(event);
    };
    const attributedAlerts = settings.attributedAlerts;
    const settling = { ...deps, clock, observe: counting, attributedAlerts };
    const { alerts, put } = await settleAttributions(found, digest, settling);
    this.#report.alerts += alerts;
    for (const one of found) if (!put.includes(one)) this.#leave(resourceKey(one.latest.resource));
  }

  #leave(key: string): void {
    if (!this.#report.left.includes(key)) this.#report.left.push(key);
  }

  #digestContext(lookedAt: readonly NamedTarget[]): DigestContext {
    const { settings, tableName, tableRegion } = this.#deps;
    const { account, name } = settings;
    const coverage = {
      instancesListed: lookedAt.length,
      instancesRead: this.#report.instancesRead,
      regionsListed: this.#report.regionsListed,
      regionsSkipped: [],
      onlyNamed: true as const,
    };
    return {
      account,
      name,
      scannedAt: this.startedAt,
      coverage,
      tableName,
      ...(tableRegion !== undefined && { tableRegion }),
    };
  }
}
