/** What a run for events does once it is its turn: look at what was named, say who did it, tell. */
import pLimit from 'p-limit';
import type { DigestContext } from '../alerts/alert.ts';
import type { Subject } from '../history/entry.ts';
import { attempt } from './attempt.ts';
import type { CommitContext } from './commit.ts';
import { findAttributions } from './find-attributions.ts';
import { type Head, subjectKey } from './head.ts';
import { type LoadedHeads, loadHeads } from './load-heads.ts';
import { decideNeed, isYetToShow } from './named-need.ts';
import type { EventGrant, ListedInstance, ScanObserver } from './roles.ts';
import { expiresAt, type ScanDeps } from './scan-fleet.ts';
import type { NamedReport, NamedTarget } from './scan-named.ts';
import { uniqueByName } from './scan-region.ts';
import { type FoundAttribution, settleAttributions } from './settle-attributions.ts';
import { type RegionScanDeps, settleAbsent, settleInstance, toReadError } from './settle-instance.ts';
import { type TellDeps, tell } from './tell.ts';

/** Played once, by whoever has the lease; what came of it is in the report that it was given. */
export class NamedRun {
  readonly startedAt: string;
  /** `subjectKey` of what was looked at and is settled. */
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
    const loaded = await loadHeads(settings.account, observe, this.#context);
    const needs = Map.groupBy(targets, (target) => decideNeed(target, loaded, this.#grant, settings.regions));
    const toLookAt = needs.get('look') ?? [];
    await this.#lookAt(toLookAt, loaded);
    const digest = this.#digestContext(toLookAt);
    const deps = { ...this.#deps, signal: this.#deps.timeout(Math.max(0, this.#deadlineAt - this.#deps.clock())) };
    const heads = await this.#tell(loaded, digest, deps);
    await this.#attribute([...toLookAt, ...(needs.get('seen') ?? [])], heads, digest, deps);
  }

  async #lookAt(targets: readonly NamedTarget[], loaded: LoadedHeads): Promise<void> {
    const byRegion = Map.groupBy(targets, ({ region }) => region);
    const limitRegions = pLimit(this.#deps.limits.regionsAtOnce);
    const deps = this.#regionDeps(loaded, targets);
    await Promise.all(
      [...byRegion].map(([region, named]) => limitRegions(() => this.#lookInto(region, named, deps()))),
    );
  }

  #regionDeps({ heads, refused }: LoadedHeads, targets: readonly NamedTarget[]): () => RegionScanDeps {
    const { reader, observe, settings, clock, newId, limits, timeout } = this.#deps;
    const calls = new Map(targets.map((target) => [subjectKey(target), target.calls]));
    const reserveMs = Math.min(limits.reserveMs, 5_000);
    const shared = {
      ...this.#context,
      reader,
      observe,
      signal: timeout(Math.max(0, this.#deadlineAt - reserveMs - clock())),
      moment: () => ({ now: clock(), scanStartedAt: this.startedAt, grant: this.#grant, settings, newId }),
      heads,
      refused,
      callsAbout: (subject: Subject) => calls.get(subjectKey(subject)) ?? [],
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
      for (const target of targets) this.#leave(subjectKey(target));
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
    const key = subjectKey(target);
    try {
      const subject = { account, region, instanceName };
      const { isSettled, isCommitted } = listed
        ? await settleInstance(subject, listed.facts, deps).then(({ isRead, ...rest }) => ({
            ...rest,
            isSettled: isRead,
          }))
        : await settleAbsent(subject, deps);
      if (isSettled && listed) this.#report.instancesRead += 1;
      if (isCommitted) this.#report.changes += 1;
      if (!isSettled || isYetToShow(target, listed !== undefined, this.#deps.clock())) this.#leave(key);
      else this.settled.push(key);
    } catch (error) {
      deps.observe({ event: 'instance-not-committed', region, instanceName, error });
      this.#leave(key);
    }
  }

  /** Whatever is recorded and not told, as a scan would; the heads with their marks as they are then. */
  async #tell({ heads }: LoadedHeads, digest: DigestContext, deps: TellDeps): Promise<Map<string, Head>> {
    const { alerts, told } = await tell([...heads.values()], digest, deps);
    this.#report.alerts += alerts;
    return new Map([...heads].map(([key, head]) => [key, { ...head, told: told.get(key) ?? head.told }]));
  }

  /** What a scan found before the event came is told already: who did it is put beside it, and told as well. */
  async #attribute(
    targets: readonly NamedTarget[],
    heads: ReadonlyMap<string, Head>,
    digest: DigestContext,
    deps: TellDeps,
  ): Promise<void> {
    const { settings, store, observe, clock } = this.#deps;
    const foundAt = new Date(clock()).toISOString();
    const found: FoundAttribution[] = [];
    for (const target of targets) {
      const key = subjectKey(target);
      const head = heads.get(key);
      if (head === undefined) continue;
      const step = `find which changes of ${key} calls account for`;
      const ofTarget = await attempt(observe, step, () => findAttributions(head, target.calls, foundAt, store));
      if (ofTarget === undefined) this.#leave(key);
      else found.push(...ofTarget);
    }
    const counting: ScanObserver = (event) => {
      if (event.event === 'attributed') this.#report.attributed += 1;
      observe(event);
    };
    const attributedAlerts = settings.attributedAlerts ?? true;
    const settling = { ...deps, clock, observe: counting, attributedAlerts };
    const { alerts, put } = await settleAttributions(found, digest, settling);
    this.#report.alerts += alerts;
    for (const one of found) if (!put.includes(one)) this.#leave(subjectKey(one.head.subject));
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
