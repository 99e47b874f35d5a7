/** Decides what an observation of an instance changes in its latest state and its history. Pure. The commit can still be refused. */

import type { AccountApprovals } from '../../approvals/account-approvals.ts';
import { listApprovalsFor } from '../../approvals/approval.ts';
import {
  approveChange,
  describeApproved,
  type HeldApprovals,
  rateApprovedNewInstance,
  rateUnapproved,
} from '../../approvals/rate-unapproved.ts';
import type { ApiCall } from '../../attribution/api-call.ts';
import {
  compareFirewalls,
  exposureOf,
  findExpected,
  hashExposure,
  hashRules,
  rateDeletedInstance,
  ratingPolicy,
} from '../../firewall/index.ts';
import type { PortState } from '../../firewall/rules/port-state.ts';
import type { FirewallDiff } from '../../firewall/sets/reach.ts';
import { blankEntry } from '../../history/blank-entry.ts';
import type { Failure, HistoryEntry, InstanceFacts, Replaced, Resource } from '../../history/entry.ts';
import { findConfirmedAt } from '../../history/find-confirmation.ts';
import { firewallOf } from '../../history/firewall-of.ts';
import { latestUntil, nextInstant, toInstant } from '../../history/instants.ts';
import type { LatestState, OngoingFailure } from '../../history/latest-state.ts';
import { resourceKey } from '../../history/resource-key.ts';
import { addListedFacts, isSameInstance } from './add-listed-facts.ts';
import { decideAttribution } from './decide-attribution.ts';
import { beginFailure, continueFailure, endFailure, failureOfGap, isGapDue } from './decide-gap.ts';
import { type Decision, type DecisionContext, nothing } from './decision.ts';

export type Observation =
  | { kind: 'read'; instance: InstanceFacts; rules: PortState[] }
  | { kind: 'failed'; instance: InstanceFacts; failure: Omit<Failure, 'since'> }
  /** A complete listing of the region does not contain the instance. */
  | { kind: 'absent' };

export interface KnownInstance {
  resource: Resource;
  latest: LatestState | null;
  /** The newest entry of an earlier instance of this name. `null` if there is a latest state, or no history. */
  newestEntry: HistoryEntry | null;
  /** `null`: the region was not scanned yet, or its latest state cannot be read. */
  region: LatestState | null;
  /**
   * False until the region's first complete listing, whose instances have one alert together. True if the region's latest state cannot be
   * read.
   */
  isRegionBaselined: boolean;
  /** API calls from events, which perhaps made the change. */
  calls: readonly ApiCall[];
  approvals: AccountApprovals;
}

/** `now`: ms since the epoch, the time of the observation. */
export function decideInstance(
  known: KnownInstance,
  observation: Observation,
  context: DecisionContext,
  now: number,
): Decision {
  return addListedFacts(decide(known, observation, context, now), known.latest, observation);
}

function decide(known: KnownInstance, observation: Observation, context: DecisionContext, now: number): Decision {
  switch (observation.kind) {
    case 'absent':
      return decideAbsent(known, context, now);
    case 'failed':
      return decideFailed(known, observation, context, now);
    case 'read':
      return decideRead(known, observation, context, now);
  }
}

function decideRead(
  known: KnownInstance,
  observed: { instance: InstanceFacts; rules: PortState[] },
  context: DecisionContext,
  now: number,
): Decision {
  const { latest } = known;
  const before = firewallOf(latest);
  if (latest === null || latest.status === 'gone' || before === null)
    return decideArrival(known, observed, context, now, null);
  const after = firewallOf(observed);
  const comparison = compareFirewalls(before, after);
  const listedArn = observed.instance.arn;
  if (latest.instance !== null && !isSameInstance(latest.instance, observed.instance)) {
    const { instance, firstSeenAt, rulesAt } = latest;
    const { opened, closed, verdict } = comparison;
    const exposure = exposureOf(before).reach;
    const departure = { exposure, ...rateDeletedInstance(exposure) };
    const replaced = { instance, firstSeenAt, rulesAt, opened, closed, verdict, ...departure };
    return decideArrival(known, observed, context, now, replaced);
  }
  // Almost every read ends here, so the values for a change are computed later.
  if (comparison.verdict === 'identical') return decideUnchanged(known, latest, context, now);

  const exposure = exposureOf(after);
  const held = holdApprovals(known, listedArn, context);
  const { unapproved, approved } = approveChange(comparison, held, context.settings.approvedClosingAlerts);
  const expected = expectedChange(unapproved, known, context, now);
  const sides = { before: exposureOf(before).reach, after: exposure.reach };
  const rating = rateUnapproved(unapproved, sides, held, ratingPolicy(context.settings.highRiskPorts));
  return commit(known, context, now, {
    ...nextEntry(known, context, now),
    kind: 'changed',
    instance: observed.instance,
    rules: observed.rules,
    previousRulesAt: latest.rulesAt,
    verdict: comparison.verdict,
    opened: comparison.opened,
    closed: comparison.closed,
    dormant: comparison.dormant,
    notes: comparison.notes,
    severity: expected ? 'info' : rating.severity,
    reason: expected ? `expected: ${expected.reason}` : rating.reason,
    ...(approved?.isSilent && { reason: describeApproved(approved) }),
    ...(approved && { approved }),
    expected: expected?.reason ?? null,
    failure: failureOfGap(latest),
    rulesHash: hashRules(observed.rules),
    exposureHash: hashExposure(exposure.reach),
  });
}

/** Returns the approvals that are in force at the start of the scan, so that all instances of a scan have the same approvals. */
function holdApprovals(
  { resource, approvals }: KnownInstance,
  arn: string | null,
  context: DecisionContext,
): HeldApprovals {
  return { ...approvals, approvals: listApprovalsFor({ ...resource, arn }, approvals.approvals, context.startedAt) };
}

function expectedChange(
  comparison: Pick<FirewallDiff, 'opened' | 'closed' | 'notes'>,
  known: KnownInstance,
  context: DecisionContext,
  now: number,
) {
  const { region, instanceName } = known.resource;
  const where = { instanceName: instanceName ?? '', region };
  return findExpected(comparison, where, context.settings.expected, toInstant(now));
}

function decideUnchanged(known: KnownInstance, latest: LatestState, context: DecisionContext, now: number): Decision {
  if (latest.status === 'known') return endFailure(latest, context);
  return commit(known, context, now, {
    ...nextEntry(known, context, now),
    kind: 'gap-over',
    instance: latest.instance,
    previousRulesAt: latest.rulesAt,
    reason: 'it can be read again, and its firewall is what it was',
    failure: failureOfGap(latest),
  });
}

function decideArrival(
  known: KnownInstance,
  observed: { instance: InstanceFacts; rules: PortState[] },
  context: DecisionContext,
  now: number,
  replaced: Replaced | null,
): Decision {
  const firewall = firewallOf(observed);
  const exposure = exposureOf(firewall);
  const isFirstListing = replaced === null && isOfFirstListing(known, observed.instance, context);
  const policy = ratingPolicy(context.settings.highRiskPorts);
  const held = holdApprovals(known, observed.instance.arn, context);
  const { blueprintId } = observed.instance;
  const as = isFirstListing ? 'first-listing' : replaced === null ? 'new' : 'replacement';
  const { rating, approved } = rateApprovedNewInstance(firewall, exposure, { as, blueprintId }, held, policy);
  return commit(known, context, now, {
    ...nextEntry(known, context, now),
    kind: isFirstListing ? 'baseline' : 'appeared',
    instance: observed.instance,
    rules: observed.rules,
    opened: exposure.reach,
    dormant: exposure.dormant,
    notes: exposure.notes,
    severity: rating.severity,
    reason: rating.reason,
    ...(approved && { approved }),
    failure: failureOfGap(known.latest),
    replaces: replaced,
    rulesHash: hashRules(observed.rules),
    exposureHash: hashExposure(exposure.reach),
  });
}

/**
 * True if the region's first complete listing contains the instance. Then the instance is not new, even if it is read or committed later.
 */
function isOfFirstListing(
  { resource, latest, newestEntry, region, isRegionBaselined }: KnownInstance,
  observed: InstanceFacts,
  { grant: { lastScan } }: DecisionContext,
): boolean {
  if (latest?.status === 'gone') return false;
  if (!isRegionBaselined) return true;
  const baselinedAt = region?.baselinedAt ?? '';
  if (latest !== null) return isSameInstance(latest.instance, observed) && latest.firstSeenAt <= baselinedAt;
  // The instance has no latest state if the first listing was made by the last scan, and that scan could not commit the instance.
  const isStored = newestEntry !== null || lastScan === null || lastScan.startedAt > baselinedAt;
  return !isStored && lastScan.notRead.includes(resourceKey(resource));
}

function decideAbsent(known: KnownInstance, context: DecisionContext, now: number): Decision {
  const { latest } = known;
  if (latest === null) return nothing;
  // A gone instance can have a failure: a later instance of the same name was listed, could not be read, and is now gone too.
  if (latest.status === 'gone') return endFailure(latest, context);
  const before = firewallOf(latest);
  const closed = before === null ? [] : exposureOf(before).reach;
  return commit(known, context, now, {
    ...nextEntry(known, context, now),
    kind: 'gone',
    instance: latest.instance,
    previousRulesAt: latest.rulesAt,
    closed,
    ...rateDeletedInstance(closed),
    failure: null,
  });
}

function decideFailed(
  known: KnownInstance,
  observed: { instance: InstanceFacts; failure: Omit<Failure, 'since'> },
  context: DecisionContext,
  now: number,
): Decision {
  const { latest, resource, newestEntry } = known;
  const confirmedAt = lastConfirmedAt(known, context, now);
  const failure = continueFailure(findCounted(known, confirmedAt), observed.failure, confirmedAt, context);
  if (failure.gapAt !== null) return nothing;
  if (!isGapDue(failure, context)) {
    const fields = {
      resource,
      instance: observed.instance,
      version: newestEntry?.version ?? 0,
      lastAt: newestEntry?.at ?? null,
    };
    return beginFailure(latest, failure, fields, now);
  }
  const draft = nextEntry(known, context, now);
  const { reason, message, since } = failure;
  const gap: HistoryEntry = {
    ...draft,
    kind: 'gap',
    instance: observed.instance,
    previousRulesAt: latest?.status === 'gone' ? null : (latest?.rulesAt ?? null),
    severity: 'medium',
    reason: `it could not be read: ${reason}`,
    changedAfter: failure.confirmedAt,
    failure: { reason, message, since },
  };
  return commit(known, context, now, gap, { ...failure, gapAt: draft.at });
}

/**
 * Returns the failure that this scan continues; `null`: a new failure begins. If the instance has no failure of its own, the failure of the
 * region continues, unless a scan has read the instance since the region failed. So the count of failed scans begins with the first scan
 * that did not read the instance.
 */
function findCounted({ latest, region }: KnownInstance, confirmedAt: string | null): OngoingFailure | null {
  if (latest === null || latest.failure !== null) return latest?.failure ?? null;
  const ofRegion = region?.failure ?? null;
  if (latest.status === 'gone' || ofRegion === null || ofRegion.since <= (latest.seenAt ?? '')) return null;
  return { ...ofRegion, confirmedAt, gapAt: null };
}

function lastConfirmedAt(known: KnownInstance, context: DecisionContext, now: number): string | null {
  const { latest, region, resource } = known;
  const last = context.grant.lastScan;
  // This line also runs without a latest state: perhaps the last scan listed the instance and could not commit it. Such a scan does not
  // confirm that the instance was absent, so `findConfirmedAt` returns `null`.
  const confirmedAt = (last && findConfirmedAt(last, resource)) ?? (latest?.failure ?? region?.failure)?.confirmedAt;
  return latestUntil(toInstant(now), [confirmedAt, latest?.seenAt]);
}

/** Returns a blank `baseline` entry. The caller replaces `kind` and adds the fields of its decision. */
function nextEntry(known: KnownInstance, context: DecisionContext, now: number): HistoryEntry {
  const at = nextInstant(now, known.latest?.lastAt ?? known.newestEntry?.at ?? null);
  return blankEntry({
    resource: known.resource,
    at,
    version: (known.latest?.version ?? known.newestEntry?.version ?? 0) + 1,
    kind: 'baseline',
    changedAfter: lastConfirmedAt(known, context, now),
    commitId: context.newId(),
  });
}

/** When this instance was first listed. An earlier instance of the same name does not count. */
function firstListedAt(latest: LatestState | null, { kind, at, instance }: HistoryEntry): string {
  if (latest === null) return at;
  if (latest.status === 'gone') return latest.failure?.since ?? at;
  if (latest.rules === null) return isSameInstance(latest.instance, instance) ? latest.firstSeenAt : at;
  return kind === 'appeared' ? at : latest.firstSeenAt;
}

const statusOf = {
  baseline: 'known',
  appeared: 'known',
  changed: 'known',
  'gap-over': 'known',
  flapped: 'known',
  gap: 'unknown',
  gone: 'gone',
} as const;

function commit(
  known: KnownInstance,
  context: DecisionContext,
  now: number,
  draft: HistoryEntry,
  failure: OngoingFailure | null = null,
): Decision {
  const { latest } = known;
  const changedBy = decideAttribution(draft, firewallOf(latest), known.calls, 'commit', now);
  const entry = changedBy === null ? draft : { ...draft, changedBy };
  const keepsRules = entry.rules === null && latest !== null && latest.status !== 'gone';
  return {
    kind: 'commit',
    expected: latest?.version ?? null,
    commit: {
      resource: known.resource,
      version: entry.version,
      status: statusOf[entry.kind],
      // Stored rules keep the instance facts with which the rules were read. While the instance cannot be read, the listing can show
      // another instance of the same name, or another ipAddressType. The next read is compared with the stored rules and facts.
      instance: keepsRules && latest.rules !== null ? latest.instance : entry.instance,
      rules: entry.rules ?? (keepsRules ? latest.rules : null),
      rulesAt: entry.rules ? entry.at : keepsRules ? latest.rulesAt : null,
      seenAt: entry.kind === 'gap' ? (latest?.seenAt ?? null) : context.startedAt,
      lastAt: entry.at,
      firstSeenAt: firstListedAt(latest, entry),
      failure,
      pending: entry,
      baselinedAt: null,
    },
  };
}
