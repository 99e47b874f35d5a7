/**
 * Steps 2 to 4 for one region: list it whole, read every instance, commit and record what differs. An error belongs to the call it
 * came from: a failed listing says nothing about any instance, a failed read nothing about the others.
 */
import { exposureOf, rateExposure, ratingPolicy } from '../firewall/index.ts';
import { severities } from '../firewall/rating/severity.ts';
import type { FailureReason, MonitoringSummary, Resource } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import { applyDecision } from './commit.ts';
import { decideRegion, isNeverReadable, type RegionObservation } from './decide/decide-region.ts';
import { type ListedInstance, ReadError } from './interfaces.ts';
import { resourceKey } from './latest-state.ts';
import { isRefused, type RegionScanDeps, settleAbsent, settleInstance, toReadError } from './read-and-commit.ts';

/** Lines of a `monitoring-started` summary. */
const summaryLines = 20;

export interface RegionResult {
  region: string;
  /** `null`: listed whole. */
  failed: { reason: FailureReason; isNeverReadable: boolean } | null;
  instancesListed: number;
  instancesRead: number;
  /** `resourceKey` of what was listed and not read, or not listed and could not be settled: this scan confirms nothing of it. */
  notRead: string[];
  /** How many were read, or found gone, and could not be committed. */
  notCommitted: number;
  /** Commits made. */
  changes: number;
  /** False: it ran out of time before all was read. */
  isReached: boolean;
}

export async function scanRegion(account: string, region: string, deps: RegionScanDeps): Promise<RegionResult> {
  const resource: Resource = { account, region, instanceName: null };
  const result: RegionResult = {
    region,
    failed: null,
    instancesListed: 0,
    instancesRead: 0,
    notRead: [],
    notCommitted: 0,
    changes: 0,
    isReached: true,
  };
  let listed: ListedInstance[];
  try {
    deps.signal.throwIfAborted();
    listed = uniqueByName(await deps.reader.listInstances(region, deps.signal));
  } catch (error) {
    const failure = toReadError(error, deps.signal);
    deps.observe({ event: 'region-failed', region, error: failure });
    const regionState = deps.states.get(resourceKey(resource)) ?? null;
    const isKnownUnreadable = !isRefused(resource, deps) && isNeverReadable(regionState, failure.reason);
    result.failed = { reason: failure.reason, isNeverReadable: isKnownUnreadable };
    result.isReached = failure.reason !== 'out-of-time';
    const { reason, message } = failure;
    await applyToRegion(resource, { kind: 'failed', failure: { reason, message } }, deps, result);
    return result;
  }
  deps.observe({ event: 'region-listed', region, instances: listed.length });
  result.instancesListed = listed.length;

  const names = new Set(listed.map(({ name }) => name));
  const absent = [...deps.states.values()].filter(
    ({ resource: { region: headRegion, instanceName } }) =>
      headRegion === region && instanceName !== null && !names.has(instanceName),
  );
  for (const { resource: gone } of absent) await scanAbsent(gone, deps, result);
  const attempts = missedFirst(listed, region, deps).map((instance) =>
    deps.limitReads(() => scanInstance(account, region, instance, deps, result)),
  );
  await Promise.all(attempts);
  const summary = summarise(account, listed, result, deps);
  // A first listing that only counts some instances can't say which: it waits until none is missing from the count.
  if (summary.more === 0 || result.notCommitted === 0) {
    await applyToRegion(resource, { kind: 'listed', summary }, deps, result);
  }
  return result;
}

/** Reads one instance and settles what it finds; counts it in `result`. Throws nothing: one instance's trouble stays its own. */
async function scanInstance(
  account: string,
  region: string,
  listed: ListedInstance,
  deps: RegionScanDeps,
  result: RegionResult,
): Promise<void> {
  const { name: instanceName, facts } = listed;
  const key = resourceKey({ region, instanceName: instanceName ?? '?' });
  if (instanceName === null) {
    const error = new ReadError('invalid-answer', 'an instance was listed without a name');
    deps.observe({ event: 'instance-failed', region, instanceName, error });
    result.notRead.push(key);
    return;
  }
  const resource: Resource = { account, region, instanceName };
  if (isRefused(resource, deps)) {
    const error = new ReadError('invalid-answer', 'its item in the table can not be read');
    deps.observe({ event: 'instance-not-committed', region, instanceName, error });
    result.notRead.push(key);
    return;
  }
  try {
    const settled = await settleInstance(resource, facts, deps);
    if (settled.isRead) result.instancesRead += 1;
    else result.notRead.push(key);
    if (settled.isOutOfTime) result.isReached = false;
    if (settled.isCommitted) result.changes += 1;
  } catch (error) {
    deps.observe({ event: 'instance-not-committed', region, instanceName, error });
    result.notRead.push(key);
    result.notCommitted += 1;
  }
}

async function scanAbsent(resource: Resource, deps: RegionScanDeps, result: RegionResult): Promise<void> {
  try {
    const { isSettled, isCommitted } = await settleAbsent(resource, deps);
    if (!isSettled) result.notRead.push(resourceKey(resource));
    if (isCommitted) result.changes += 1;
  } catch (error) {
    const { region, instanceName } = resource;
    deps.observe({ event: 'instance-not-committed', region, instanceName: instanceName ?? '', error });
    result.notCommitted += 1;
    result.notRead.push(resourceKey(resource));
  }
}

async function applyToRegion(
  resource: Resource,
  observation: RegionObservation,
  deps: RegionScanDeps,
  result: RegionResult,
): Promise<void> {
  const key = resourceKey(resource);
  if (isRefused(resource, deps)) return;
  const latest = deps.states.get(key) ?? null;
  try {
    const applied = await applyDecision(
      decideRegion(resource, latest, observation, deps.moment()),
      latest,
      resource,
      deps,
    );
    if (applied.latest) deps.states.set(key, applied.latest);
    if (applied.outcome === 'applied' && applied.committed) result.changes += 1;
  } catch (error) {
    deps.observe({ event: 'bookkeeping-failed', step: `note the state of region ${resource.region}`, error });
    result.notCommitted += 1;
  }
}

/** The exposure of what is known in the region, worst first: what a first complete listing has to say. */
function summarise(
  account: string,
  listed: readonly ListedInstance[],
  result: RegionResult,
  deps: RegionScanDeps,
): MonitoringSummary {
  const { region } = result;
  const policy = ratingPolicy(deps.moment().settings.highRiskPorts);
  const counts = { instancesListed: listed.length, instancesRead: result.instancesRead };
  if (deps.states.get(resourceKey({ region, instanceName: null }))?.baselinedAt)
    return { ...counts, worst: [], more: 0 };
  const rated = listed.flatMap(({ name }) => {
    const latest = name === null ? undefined : deps.states.get(resourceKey({ region, instanceName: name }));
    const firewall = firewallOf(latest ?? null);
    if (name === null || firewall === null || latest?.resource.account !== account) return [];
    const exposure = exposureOf(firewall);
    return [{ instanceName: name, exposure: exposure.reach, ...rateExposure(exposure, policy) }];
  });
  rated.sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.instanceName < b.instanceName ? -1 : 1),
  );
  return { ...counts, worst: rated.slice(0, summaryLines), more: Math.max(0, rated.length - summaryLines) };
}

/** What earlier scans could not read or did not reach comes first. */
function missedFirst(listed: readonly ListedInstance[], region: string, deps: RegionScanDeps): ListedInstance[] {
  const missed = new Set(deps.moment().grant.lastScan?.notRead);
  const wasMissed = ({ name }: ListedInstance) => missed.has(resourceKey({ region, instanceName: name ?? '?' }));
  return [...listed.filter(wasMissed), ...listed.filter((instance) => !wasMissed(instance))];
}

/** Pages that shift while they are read can bring an instance twice: the later word counts. */
export function uniqueByName(listed: readonly ListedInstance[]): ListedInstance[] {
  const named = new Map(listed.filter(({ name }) => name !== null).map((instance) => [instance.name, instance]));
  return [...named.values(), ...listed.filter(({ name }) => name === null)];
}
