/**
 * Steps 2 to 4 of a scan, for one region: lists the region, reads every instance, commits and records changes. After a failed listing, the
 * states of the instances stay unchanged. After a failed read, the other instances are still read and committed.
 */

import { listApprovalsFor } from '../approvals/approval.ts';
import { listApprovedParts, unapprovedExposure } from '../approvals/unapproved-exposure.ts';
import { exposureOf, rateExposure, ratingPolicy } from '../firewall/index.ts';
import { bySeverity } from '../firewall/rating/severity.ts';
import { compareText } from '../history/compare-text.ts';
import type { FailureReason, MonitoringSummary, Resource } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import { ReadError, toReadError } from '../history/read-errors.ts';
import { namelessKey, namelessRegion, resourceKey } from '../history/resource-key.ts';
import { applyDecision } from './commit.ts';
import { decideRegion, isNeverReadable, type RegionObservation } from './decide/decide-region.ts';
import { findNotDue, isPaused } from './decide/decide-region-request.ts';
import type { ListedInstance } from './interfaces.ts';
import { commitAbsence, listRegion, readAndCommit } from './read-and-commit.ts';
import type { Fleet, Run } from './scan-run.ts';

/** Maximum number of instances that the summary of a first listing names. */
const longestSummary = 20;

export interface RegionResult {
  region: string;
  /** `null`: the region was listed completely, or is not due. */
  failed: { reason: FailureReason; isNeverReadable: boolean } | null;
  /** If this scan left out the empty region: the start of the last scan that listed the region. `null`: the region was due. */
  notDueSince: string | null;
  instancesListed: number;
  instancesRead: number;
  /** `resourceKey` of each instance of a listed region that this scan does not confirm. */
  notRead: string[];
  /** Number of instances that are listed without a name; 1 for a region without a name. */
  nameless: number;
  /** Number of failed commits, of instances and of the region itself. */
  notCommitted: number;
  /** Number of commits. */
  changes: number;
  /** False: the time was over before every read was requested. */
  isReached: boolean;
}

const nothingRead = {
  failed: null,
  notDueSince: null,
  instancesListed: 0,
  instancesRead: 0,
  nameless: 0,
  notCommitted: 0,
  changes: 0,
  isReached: true,
} as const;

/** The result of a region that Lightsail lists without a name. The instances of the region cannot be read. */
export function failNameless({ observe }: Pick<Run, 'observe'>): RegionResult {
  const error = new ReadError('invalid-answer', 'GetRegions listed a region without a name');
  observe({ event: 'region-failed', region: namelessRegion, error });
  const failed = { reason: error.reason, isNeverReadable: false };
  return { ...nothingRead, region: namelessRegion, failed, notRead: [namelessKey(namelessRegion)], nameless: 1 };
}

/** Never throws. */
export async function scanRegion(region: string, fleet: Fleet, run: Run): Promise<RegionResult> {
  const result: RegionResult = { ...nothingRead, region, notDueSince: findNotDue(region, fleet, run), notRead: [] };
  if (result.notDueSince !== null) return result;
  const known = fleet.states.get(resourceKey({ region, instanceName: null })) ?? null;
  if (known?.failure && isPaused(known, run)) {
    const { reason } = known.failure;
    run.observe({ event: 'region-paused', region, reason });
    result.failed = { reason, isNeverReadable: true };
    return result;
  }
  const listed = await listRegion(region, fleet, run).catch((error: unknown) => toReadError(error, run.readSignal));
  if (listed instanceof ReadError) {
    await noteFailedListing(listed, result, fleet, run);
    return result;
  }
  result.instancesListed = listed.length;
  for (const absent of listAbsent(listed, region, fleet)) await scanAbsent(absent, result, fleet, run);
  await Promise.all(missedFirst(listed, region, run).map((instance) => scanInstance(instance, result, fleet, run)));
  const summary = summarise(listed, result, fleet, run);
  // The summary names the instances of highest severity and only counts the others, which get no alert of their own. An instance whose
  // commit failed is perhaps stored, but not counted. Then the next scan commits the first listing, so that every instance gets an alert.
  if (summary.more === 0 || result.notCommitted === 0) {
    await applyToRegion({ kind: 'listed', summary }, result, fleet, run);
  }
  return result;
}

async function noteFailedListing(
  { reason, message }: ReadError,
  result: RegionResult,
  fleet: Fleet,
  run: Run,
): Promise<void> {
  const key = resourceKey({ region: result.region, instanceName: null });
  const latest = fleet.states.get(key) ?? null;
  result.failed = { reason, isNeverReadable: !fleet.refused.has(key) && isNeverReadable(latest, reason) };
  result.isReached = reason !== 'out-of-time';
  await applyToRegion({ kind: 'failed', failure: { reason, message } }, result, fleet, run);
}

function listAbsent(listed: readonly ListedInstance[], region: string, { states }: Fleet): Resource[] {
  const names = new Set(listed.map(({ name }) => name));
  return [...states.values()]
    .map(({ resource }) => resource)
    .filter(({ region: own, instanceName }) => own === region && instanceName !== null && !names.has(instanceName));
}

/** Never throws, so that the other instances are read. */
async function scanInstance(
  { name: instanceName, facts }: ListedInstance,
  result: RegionResult,
  fleet: Fleet,
  run: Run,
): Promise<void> {
  const { region } = result;
  const key = instanceName === null ? namelessKey(region) : resourceKey({ region, instanceName });
  if (instanceName === null) {
    const error = new ReadError('invalid-answer', 'an instance was listed without a name');
    run.observe({ event: 'instance-failed', region, instanceName, error });
    result.notRead.push(key);
    result.nameless += 1;
    return;
  }
  if (fleet.refused.has(key)) {
    const error = new ReadError('invalid-answer', 'its item in the table can not be read');
    run.observe({ event: 'instance-not-committed', region, instanceName, error });
    result.notRead.push(key);
    return;
  }
  try {
    const resource = { account: run.settings.account, region, instanceName };
    const { isRead, isCommitted, isOutOfTime } = await readAndCommit(resource, facts, [], 'count', fleet, run);
    if (isRead) result.instancesRead += 1;
    else result.notRead.push(key);
    if (isOutOfTime) result.isReached = false;
    if (isCommitted) result.changes += 1;
  } catch (error) {
    run.observe({ event: 'instance-not-committed', region, instanceName, error });
    result.notRead.push(key);
    result.notCommitted += 1;
  }
}

async function scanAbsent(resource: Resource, result: RegionResult, fleet: Fleet, run: Run): Promise<void> {
  try {
    const { isApplied, isCommitted } = await commitAbsence(resource, [], fleet, run);
    if (!isApplied) result.notRead.push(resourceKey(resource));
    if (isCommitted) result.changes += 1;
  } catch (error) {
    const { region, instanceName } = resource;
    run.observe({ event: 'instance-not-committed', region, instanceName: instanceName ?? '', error });
    result.notCommitted += 1;
    result.notRead.push(resourceKey(resource));
  }
}

async function applyToRegion(
  observation: RegionObservation,
  result: RegionResult,
  { states, refused }: Fleet,
  run: Run,
): Promise<void> {
  const { region } = result;
  const resource: Resource = { account: run.settings.account, region, instanceName: null };
  const key = resourceKey(resource);
  if (refused.has(key)) return;
  const latest = states.get(key) ?? null;
  try {
    const decision = decideRegion(resource, latest, observation, run, run.clock());
    const applied = await applyDecision(decision, latest, resource, run);
    if (applied.latest) states.set(key, applied.latest);
    if (applied.outcome === 'applied' && applied.isCommitted) result.changes += 1;
  } catch (error) {
    run.observe({ event: 'bookkeeping-failed', step: `note the state of region ${region}`, error });
    result.notCommitted += 1;
  }
}

/**
 * Summarises the first complete listing: the unapproved exposure of the listed instances, highest severity first. For later listings,
 * `worst` is empty.
 */
function summarise(
  listed: readonly ListedInstance[],
  { region, instancesRead }: RegionResult,
  { states, approvals }: Fleet,
  { settings, startedAt }: Run,
): MonitoringSummary {
  const counts = { instancesListed: listed.length, instancesRead };
  if (states.get(resourceKey({ region, instanceName: null }))?.baselinedAt) return { ...counts, worst: [], more: 0 };
  const policy = ratingPolicy(settings.highRiskPorts);
  const rated = listed.flatMap(({ name: instanceName }) => {
    const latest = instanceName === null ? undefined : states.get(resourceKey({ region, instanceName }));
    const firewall = firewallOf(latest ?? null);
    if (instanceName === null || firewall === null) return [];
    const { account } = settings;
    const instance = { account, region, instanceName, arn: latest?.instance?.arn ?? null };
    const held = listApprovalsFor(instance, approvals.approvals, startedAt);
    const exposure = unapprovedExposure(firewall, held);
    const hasApproved = listApprovedParts(exposureOf(firewall).reach, held).length > 0;
    return [
      {
        instanceName,
        exposure: exposure.reach,
        ...rateExposure(exposure, policy),
        ...(hasApproved && { hasApproved: true as const }),
      },
    ];
  });
  rated.sort((a, b) => bySeverity(a, b) || compareText(a.instanceName, b.instanceName));
  return { ...counts, worst: rated.slice(0, longestSummary), more: Math.max(0, rated.length - longestSummary) };
}

/** Puts the instances first that the last scan could not read, or did not reach. */
function missedFirst(listed: readonly ListedInstance[], region: string, { grant }: Run): ListedInstance[] {
  const missed = new Set(grant.lastScan?.notRead);
  const wasMissed = ({ name }: ListedInstance) =>
    name !== null && missed.has(resourceKey({ region, instanceName: name }));
  return [...listed.filter(wasMissed), ...listed.filter((instance) => !wasMissed(instance))];
}
