/**
 * Steps 2 to 4 for one instance: read it, compare with what is known, commit and record. What calls it in which order is left to the
 * scan of a region, and to the run for events.
 */
import type { LimitFunction } from 'p-limit';
import type { Call } from '../attribution/call.ts';
import type { Subject } from '../history/entry.ts';
import { applyDecision, type CommitContext } from './commit.ts';
import { decideInstance, type Observation, type Standing } from './decide-instance.ts';
import { type Head, subjectKey } from './head.ts';
import type { Moment } from './moment.ts';
import { type FirewallReader, type ListedInstance, ReadError, type ScanObserver } from './roles.ts';

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
  /** Heads by `subjectKey`; updated as commits are made. */
  heads: Map<string, Head>;
  /** Keys of items that could not be read; they are left alone. */
  refused: ReadonlySet<string>;
  /** Calls about an instance that events brought: whoever made one of them may have made the change. */
  callsAbout?: (subject: Subject) => readonly Call[];
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
  subject: Subject,
  facts: ListedInstance['facts'],
  deps: RegionScanDeps,
): Promise<Settled> {
  const key = subjectKey(subject);
  let head = deps.heads.get(key) ?? null;
  for (let attempt = 1; attempt <= commitAttempts; attempt += 1) {
    const observation = await observeInstance(subject, facts, deps);
    if (observation.kind === 'failed' && deps.leavesFailures) return unread;
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
  return { subject, head, newestEntry, region, isRegionBaselined, calls: deps.callsAbout?.(subject) ?? [] };
}

/** Absence is only as good as the listing it was seen in: where a commit is refused, the next scan lists again. Throws like `settleInstance`. */
export async function settleAbsent(
  subject: Subject,
  deps: RegionScanDeps,
): Promise<{ isSettled: boolean; isCommitted: boolean }> {
  const key = subjectKey(subject);
  const head = deps.heads.get(key) ?? null;
  const decision = decideInstance(await loadStanding(subject, head, deps), { kind: 'absent' }, deps.moment());
  const applied = await applyDecision(decision, head, subject, deps);
  if (applied.head) deps.heads.set(key, applied.head);
  return applied.outcome === 'applied'
    ? { isSettled: true, isCommitted: applied.committed }
    : { isSettled: false, isCommitted: false };
}

export function isRefused(subject: Subject, { refused }: RegionScanDeps): boolean {
  return refused.has(subjectKey(subject));
}

/** Any error of a reader as a ReadError; whatever fails once time is up fails for want of time. */
export function toReadError(error: unknown, signal: AbortSignal): ReadError {
  if (signal.aborted) return new ReadError('out-of-time', 'the scan ran out of time', { cause: error });
  if (error instanceof ReadError) return error;
  return new ReadError('unexpected', String(error), { cause: error });
}
