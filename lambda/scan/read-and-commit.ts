/**
 * Steps 2 to 4 for one instance: read it, compare with what is known, commit and record. What calls it in which order is left to the
 * scan of a region, and to the run for events.
 */
import type { LimitFunction } from 'p-limit';
import type { ApiCall } from '../attribution/api-call.ts';
import type { Resource } from '../history/entry.ts';
import { applyDecision, type CommitContext } from './commit.ts';
import { decideInstance, type Observation, type Standing } from './decide/decide-instance.ts';
import { type FirewallReader, type ListedInstance, ReadError, type ScanObserver } from './interfaces.ts';
import { type LatestState, resourceKey } from './latest-state.ts';
import type { Moment } from './moment.ts';

/** A commit that lost to another scan is tried again with a new read, this many times in all; then it is left to the next scan. */
const commitAttempts = 3;

export interface RegionScanDeps extends CommitContext {
  reader: FirewallReader;
  observe: ScanObserver;
  /** Bounds the reads of one region that are under way at once. */
  limitReads: LimitFunction;
  /** Aborts when there is no more time to read. */
  signal: AbortSignal;
  /** Moment of now: the clock is read at each call. */
  moment: () => Moment;
  /** Heads by `resourceKey`; updated as commits are made. */
  states: Map<string, LatestState>;
  /** Keys of items that could not be read; they are left alone. */
  refused: ReadonlySet<string>;
  /** Calls about an instance that events brought: whoever made one of them may have made the change. */
  callsAbout?: (resource: Resource) => readonly ApiCall[];
  /** Runs for events count no failures: a gap is counted in scans. */
  leavesFailures?: boolean;
}

export interface Settled {
  isRead: boolean;
  isCommitted: boolean;
  isOutOfTime: boolean;
}

const unread: Settled = { isRead: false, isCommitted: false, isOutOfTime: false };

/**
 * Reads one instance, and commits and records what it finds. Throws where the table fails, or other scans keep writing about the
 * instance; a read that fails is a finding like any other.
 */
export async function settleInstance(
  resource: Resource,
  facts: ListedInstance['facts'],
  deps: RegionScanDeps,
): Promise<Settled> {
  const key = resourceKey(resource);
  let latest = deps.states.get(key) ?? null;
  for (let attempt = 1; attempt <= commitAttempts; attempt += 1) {
    const observation = await observeInstance(resource, facts, deps);
    if (observation.kind === 'failed' && deps.leavesFailures) return unread;
    const standing = await loadStanding(resource, latest, deps);
    const decision = decideInstance(standing, observation, deps.moment());
    const applied = await applyDecision(decision, latest, resource, deps);
    if (applied.latest) deps.states.set(key, applied.latest);
    else deps.states.delete(key);
    if (applied.outcome === 'applied') {
      const isRead = observation.kind === 'read';
      const outcome = applied.committed ? 'changed' : 'unchanged';
      if (isRead)
        deps.observe({
          event: 'instance-read',
          region: resource.region,
          instanceName: resource.instanceName ?? '',
          outcome,
        });
      const isOutOfTime = observation.kind === 'failed' && observation.failure.reason === 'out-of-time';
      return { isRead, isCommitted: applied.committed, isOutOfTime };
    }
    latest = applied.latest;
    if (!isListedAlike(latest, facts)) break;
  }
  throw new Error(`other scans were writing about ${key} at the same time; left to the next scan`);
}

/**
 * Another scan was first: may what this one reads next be joined to this one's listing? Only while both listings say the same of the
 * instance: where they differ, or the other found it gone or unreadable, which of them is older can't be told from here.
 */
function isListedAlike(latest: LatestState | null, facts: ListedInstance['facts']): boolean {
  const { arn, ipAddressType } = latest?.instance ?? {};
  return latest?.status === 'known' && arn === facts.arn && ipAddressType === facts.ipAddressType;
}

async function observeInstance(
  resource: Resource,
  facts: ListedInstance['facts'],
  deps: RegionScanDeps,
): Promise<Observation> {
  const { region, instanceName } = resource;
  try {
    deps.signal.throwIfAborted();
    return {
      kind: 'read',
      instance: facts,
      rules: await deps.reader.readFirewall(region, instanceName ?? '', deps.signal),
    };
  } catch (error) {
    const failure = toReadError(error, deps.signal);
    deps.observe({ event: 'instance-failed', region, instanceName, error: failure });
    const { reason, message } = failure;
    return { kind: 'failed', instance: facts, failure: { reason, message } };
  }
}

async function loadStanding(resource: Resource, latest: LatestState | null, deps: RegionScanDeps): Promise<Standing> {
  const newestEntry = latest === null ? await deps.store.loadNewestEntry(resource) : null;
  const regionResource: Resource = { ...resource, instanceName: null };
  const region = deps.states.get(resourceKey(regionResource)) ?? null;
  // A region whose item can't be read is no new one: what appears there is told.
  const isRegionBaselined = isRefused(regionResource, deps) || region?.baselinedAt != null;
  return { resource, latest, newestEntry, region, isRegionBaselined, calls: deps.callsAbout?.(resource) ?? [] };
}

/** Absence is only as good as the listing it was seen in: where a commit is refused, the next scan lists again. Throws like `settleInstance`. */
export async function settleAbsent(
  resource: Resource,
  deps: RegionScanDeps,
): Promise<{ isSettled: boolean; isCommitted: boolean }> {
  const key = resourceKey(resource);
  const latest = deps.states.get(key) ?? null;
  const decision = decideInstance(await loadStanding(resource, latest, deps), { kind: 'absent' }, deps.moment());
  const applied = await applyDecision(decision, latest, resource, deps);
  if (applied.latest) deps.states.set(key, applied.latest);
  return applied.outcome === 'applied'
    ? { isSettled: true, isCommitted: applied.committed }
    : { isSettled: false, isCommitted: false };
}

export function isRefused(resource: Resource, { refused }: RegionScanDeps): boolean {
  return refused.has(resourceKey(resource));
}

/** Any error of a reader as a ReadError; whatever fails once time is up fails for want of time. */
export function toReadError(error: unknown, signal: AbortSignal): ReadError {
  if (signal.aborted) return new ReadError('out-of-time', 'the scan ran out of time', { cause: error });
  if (error instanceof ReadError) return error;
  return new ReadError('unexpected', String(error), { cause: error });
}
