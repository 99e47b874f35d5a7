/**
 * Steps 2 to 4 for one region: list it whole, read every instance, commit and record what differs. An error belongs to the call it
 * came from: a failed listing says nothing about any instance, a failed read nothing about the others.
 */
import type { LimitFunction } from 'p-limit';
import { exposureOf, rateExposure } from '../firewall/index.ts';
import { severities } from '../firewall/severity.ts';
import type { FailureReason, MonitoringSummary, Subject } from '../history/entry.ts';
import { applyDecision, type CommitContext } from './commit.ts';
import { decideInstance, type Observation, type Standing } from './decide-instance.ts';
import { decideRegion, isNeverReadable, type RegionObservation } from './decide-region.ts';
import { type Head, subjectKey } from './head.ts';
import type { Moment } from './moment.ts';
import { type FirewallReader, type ListedInstance, ReadError, type ScanObserver } from './roles.ts';

/** A commit that lost to another scan is tried again with a new read, this many times in all; then it is left to the next scan. */
const commitAttempts = 3;

/** Lines of a `monitoring-started` summary. */
const summaryLines = 20;

export interface RegionScanDeps extends CommitContext {
  reader: FirewallReader;
  observe: ScanObserver;
  /** Bounds the reads of one region that are under way at once. */
  limitReads: LimitFunction;
  /** Aborts when there is no more time to read. */
  signal: AbortSignal;
  /** Moment of now: the clock is read at each call. */
  moment: () => Moment;
  /** Heads by `subjectKey`; updated as commits are made. */
  heads: Map<string, Head>;
  /** Keys of items that could not be read; they are left alone. */
  refused: ReadonlySet<string>;
}

export interface RegionResult {
  region: string;
  /** `null`: listed whole. */
  failed: { reason: FailureReason; isNeverReadable: boolean } | null;
  instancesListed: number;
  instancesRead: number;
  /** `subjectKey` of what was listed and not read, or not listed and could not be settled: this scan confirms nothing of it. */
  notRead: string[];
  /** How many were read, or found gone, and could not be committed. */
  notCommitted: number;
  /** Commits made. */
  changes: number;
  /** False: it ran out of time before all was read. */
  isReached: boolean;
}

export async function scanRegion(account: string, region: string, deps: RegionScanDeps): Promise<RegionResult> {
  const subject: Subject = { account, region, instanceName: null };
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
    const regionHead = deps.heads.get(subjectKey(subject)) ?? null;
    const isKnownUnreadable = !isRefused(subject, deps) && isNeverReadable(regionHead, failure.reason);
    result.failed = { reason: failure.reason, isNeverReadable: isKnownUnreadable };
    result.isReached = failure.reason !== 'out-of-time';
    const { reason, message } = failure;
    await applyToRegion(subject, { kind: 'failed', failure: { reason, message } }, deps, result);
    return result;
  }
  deps.observe({ event: 'region-listed', region, instances: listed.length });
  result.instancesListed = listed.length;

  const names = new Set(listed.map(({ name }) => name));
  const absent = [...deps.heads.values()].filter(
    ({ subject: { region: headRegion, instanceName } }) =>
      headRegion === region && instanceName !== null && !names.has(instanceName),
  );
  for (const { subject: gone } of absent) await settleAbsent(gone, deps, result);
  const attempts = missedFirst(listed, region, deps).map((instance) =>
    deps.limitReads(() => scanInstance(account, region, instance, deps, result)),
  );
  await Promise.all(attempts);
  const summary = summarise(account, listed, result, deps);
  // A first listing that only counts some instances can't say which: it waits until none is missing from the count.
  if (summary.more === 0 || result.notCommitted === 0) {
    await applyToRegion(subject, { kind: 'listed', summary }, deps, result);
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
  const key = subjectKey({ region, instanceName: instanceName ?? '?' });
  if (instanceName === null) {
    const error = new ReadError('invalid-answer', 'an instance was listed without a name');
    deps.observe({ event: 'instance-failed', region, instanceName, error });
    result.notRead.push(key);
    return;
  }
  const subject: Subject = { account, region, instanceName };
  if (isRefused(subject, deps)) {
    const error = new ReadError('invalid-answer', 'its item in the table can not be read');
    deps.observe({ event: 'instance-not-committed', region, instanceName, error });
    result.notRead.push(key);
    return;
  }
  try {
    const settled = await settleInstance(subject, facts, deps);
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

function isRefused(subject: Subject, { refused }: RegionScanDeps): boolean {
  return refused.has(subjectKey(subject));
}

interface Settled {
  isRead: boolean;
  isCommitted: boolean;
  isOutOfTime: boolean;
}

async function settleInstance(
  subject: Subject,
  facts: ListedInstance['facts'],
  deps: RegionScanDeps,
): Promise<Settled> {
  const key = subjectKey(subject);
  let head = deps.heads.get(key) ?? null;
  for (let attempt = 1; attempt <= commitAttempts; attempt += 1) {
    const observation = await observeInstance(subject, facts, deps);
    const standing = await loadStanding(subject, head, deps);
    const decision = decideInstance(standing, observation, deps.moment());
    const applied = await applyDecision(decision, head, subject, deps);
    if (applied.head) deps.heads.set(key, applied.head);
    else deps.heads.delete(key);
    if (applied.outcome === 'applied') {
      const isRead = observation.kind === 'read';
      const outcome = applied.committed ? 'changed' : 'unchanged';
      if (isRead)
        deps.observe({
          event: 'instance-read',
          region: subject.region,
          instanceName: subject.instanceName ?? '',
          outcome,
        });
      const isOutOfTime = observation.kind === 'failed' && observation.failure.reason === 'out-of-time';
      return { isRead, isCommitted: applied.committed, isOutOfTime };
    }
    head = applied.head;
    if (!isListedAlike(head, facts)) break;
  }
  throw new Error(`other scans were writing about ${key} at the same time; left to the next scan`);
}

/**
 * Another scan was first: may what this one reads next be joined to this one's listing? Only while both listings say the same of the
 * instance: where they differ, or the other found it gone or unreadable, which of them is older can't be told from here.
 */
function isListedAlike(head: Head | null, facts: ListedInstance['facts']): boolean {
  const { arn, ipAddressType } = head?.instance ?? {};
  return head?.status === 'known' && arn === facts.arn && ipAddressType === facts.ipAddressType;
}

async function observeInstance(
  subject: Subject,
  facts: ListedInstance['facts'],
  deps: RegionScanDeps,
): Promise<Observation> {
  const { region, instanceName } = subject;
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

async function loadStanding(subject: Subject, head: Head | null, deps: RegionScanDeps): Promise<Standing> {
  const newestEntry = head === null ? await deps.store.loadNewestEntry(subject) : null;
  const regionSubject: Subject = { ...subject, instanceName: null };
  const region = deps.heads.get(subjectKey(regionSubject)) ?? null;
  // A region whose item can't be read is no new one: what appears there is told.
  const isRegionBaselined = isRefused(regionSubject, deps) || region?.baselinedAt != null;
  return { subject, head, newestEntry, region, isRegionBaselined };
}

/** Absence is only as good as the listing it was seen in: where a commit is refused, the next scan lists again. */
async function settleAbsent(subject: Subject, deps: RegionScanDeps, result: RegionResult): Promise<void> {
  const key = subjectKey(subject);
  const head = deps.heads.get(key) ?? null;
  try {
    const decision = decideInstance(await loadStanding(subject, head, deps), { kind: 'absent' }, deps.moment());
    const applied = await applyDecision(decision, head, subject, deps);
    if (applied.head) deps.heads.set(key, applied.head);
    if (applied.outcome === 'refused') result.notRead.push(key);
    else if (applied.committed) result.changes += 1;
  } catch (error) {
    const { region, instanceName } = subject;
    deps.observe({ event: 'instance-not-committed', region, instanceName: instanceName ?? '', error });
    result.notCommitted += 1;
    result.notRead.push(key);
  }
}

async function applyToRegion(
  subject: Subject,
  observation: RegionObservation,
  deps: RegionScanDeps,
  result: RegionResult,
): Promise<void> {
  const key = subjectKey(subject);
  if (isRefused(subject, deps)) return;
  const head = deps.heads.get(key) ?? null;
  try {
    const applied = await applyDecision(decideRegion(subject, head, observation, deps.moment()), head, subject, deps);
    if (applied.head) deps.heads.set(key, applied.head);
    if (applied.outcome === 'applied' && applied.committed) result.changes += 1;
  } catch (error) {
    deps.observe({ event: 'bookkeeping-failed', step: `note the state of region ${subject.region}`, error });
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
  const counts = { instancesListed: listed.length, instancesRead: result.instancesRead };
  if (deps.heads.get(subjectKey({ region, instanceName: null }))?.baselinedAt) return { ...counts, worst: [], more: 0 };
  const rated = listed.flatMap(({ name }) => {
    const head = name === null ? undefined : deps.heads.get(subjectKey({ region, instanceName: name }));
    if (name === null || !head?.rules || head.subject.account !== account) return [];
    const exposure = exposureOf({ rules: head.rules, ipAddressType: head.instance?.ipAddressType });
    return [{ instanceName: name, exposure: exposure.reach, ...rateExposure(exposure) }];
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
  const wasMissed = ({ name }: ListedInstance) => missed.has(subjectKey({ region, instanceName: name ?? '?' }));
  return [...listed.filter(wasMissed), ...listed.filter((instance) => !wasMissed(instance))];
}

/** Pages that shift while they are read can bring an instance twice: the later word counts. */
function uniqueByName(listed: readonly ListedInstance[]): ListedInstance[] {
  const named = new Map(listed.filter(({ name }) => name !== null).map((instance) => [instance.name, instance]));
  return [...named.values(), ...listed.filter(({ name }) => name === null)];
}

/** Any error of a reader as a ReadError; whatever fails once time is up fails for want of time. */
export function toReadError(error: unknown, signal: AbortSignal): ReadError {
  if (signal.aborted) return new ReadError('out-of-time', 'the scan ran out of time', { cause: error });
  if (error instanceof ReadError) return error;
  return new ReadError('unexpected', String(error), { cause: error });
}
