/**
 * Decides what one observation of one instance means for its latest state and its history. Pure: it refuses to know how an observation was
 * made, or whether a commit will win.
 */

import type { ApiCall } from '../../attribution/api-call.ts';
import { attributeChange } from '../../attribution/attribute-change.ts';
import {
  compareFirewalls,
  exposureOf,
  findExpected,
  hashExposure,
  hashRules,
  rateArrival,
  rateChange,
  rateDeparture,
  rateExposure,
  ratingPolicy,
} from '../../firewall/index.ts';
import type { PortState } from '../../firewall/rules/port-state.ts';
import type { FirewallDiff } from '../../firewall/sets/reach.ts';
import { blankEntry } from '../../history/blank-entry.ts';
import type { Failure, HistoryEntry, InstanceFacts, Replaced, Resource } from '../../history/entry.ts';
import { firewallOf } from '../../history/firewall-of.ts';
import { type LatestState, type OngoingFailure, resourceKey } from '../latest-state.ts';
import { latestUntil, type Moment, nextInstant } from '../moment.ts';
import { beginFailure, continueFailure, type Decision, isDueToBeTold, nothing, toldFailure } from './decision.ts';

export type Observation =
  | { kind: 'read'; instance: InstanceFacts; rules: PortState[] }
  | { kind: 'failed'; instance: InstanceFacts; failure: Omit<Failure, 'since'> }
  /** A complete listing of its region lacks it. */
  | { kind: 'absent' };

/** Where an instance stands before an observation: its latest state, or the end of the history that an earlier instance of its name left. */
export interface Standing {
  resource: Resource;
  latest: LatestState | null;
  /** Only looked up where there is no latest state. */
  newestEntry: HistoryEntry | null;
  /** The latest of its region; `null` before the region's first scan, and where it can't be read. */
  region: LatestState | null;
  /** Has the region had its first complete listing? What is found before it is told together, by the region's own entry. */
  isRegionBaselined: boolean;
  /** Calls that events brought: one of them may have made the change. Left out: nothing is known of who made it. */
  calls?: readonly ApiCall[];
}

export function decideInstance(standing: Standing, observation: Observation, moment: Moment): Decision {
  switch (observation.kind) {
    case 'absent':
      return decideAbsent(standing, moment);
    case 'failed':
      return decideFailed(standing, observation, moment);
    case 'read':
      return decideRead(standing, observation, moment);
  }
}

function decideRead(
  standing: Standing,
  observed: { instance: InstanceFacts; rules: PortState[] },
  moment: Moment,
): Decision {
  const { latest } = standing;
  const before = firewallOf(latest);
  if (latest === null || latest.status === 'gone' || before === null)
    return decideArrival(standing, observed, moment, null);
  const listedArn = observed.instance.arn;
  const knownArn = latest.instance?.arn ?? null;
  if (listedArn !== null && knownArn !== null && listedArn !== knownArn) {
    return decideArrival(standing, observed, moment, latest);
  }
  const after = firewallOf(observed);
  const comparison = compareFirewalls(before, after);
  if (comparison.verdict === 'identical') return decideUnchanged(standing, latest, moment);

  const reachBefore = exposureOf(before).reach;
  const exposure = exposureOf(after);
  const expected = comparison.verdict === 'rewritten' ? null : expectedChange(comparison, standing, moment);
  const rating =
    comparison.verdict === 'rewritten'
      ? { severity: 'info' as const, reason: 'the rules were written anew; what they let through is the same' }
      : rateChange(
          { ...comparison, before: reachBefore, after: exposure.reach },
          ratingPolicy(moment.settings.highRiskPorts),
        );
  const draft = entryDraft(standing, moment);
  return commit(standing, moment, {
    ...draft,
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
    expected: expected?.reason ?? null,
    failure: toldFailure(latest),
    rulesHash: hashRules(observed.rules),
    exposureHash: hashExposure(exposure.reach),
  });
}

function expectedChange(comparison: FirewallDiff, standing: Standing, moment: Moment) {
  const { region, instanceName } = standing.resource;
  const where = { instanceName: instanceName ?? '', region };
  return findExpected(comparison, where, moment.settings.expected, new Date(moment.now).toISOString());
}

/** Read, and the same as before: a failure that was being counted ends, a gap that was told is over. */
function decideUnchanged(standing: Standing, latest: LatestState, moment: Moment): Decision {
  if (latest.status === 'known') return latest.failure === null ? nothing : { kind: 'mark', failure: null };
  return commit(standing, moment, {
    ...entryDraft(standing, moment),
    kind: 'gap-over',
    instance: latest.instance,
    previousRulesAt: latest.rulesAt,
    reason: 'it can be read again, and its firewall is what it was',
    failure: toldFailure(latest),
  });
}

function decideArrival(
  standing: Standing,
  observed: { instance: InstanceFacts; rules: PortState[] },
  moment: Moment,
  replaced: LatestState | null,
): Decision {
  const { latest, isRegionBaselined } = standing;
  const firewall = firewallOf(observed);
  const exposure = exposureOf(firewall);
  const isFirstListing = !isRegionBaselined && latest?.status !== 'gone' && replaced === null;
  const rating = isFirstListing
    ? rateExposure(exposure, ratingPolicy(moment.settings.highRiskPorts))
    : rateArrival(firewall, observed.instance.blueprintId, ratingPolicy(moment.settings.highRiskPorts));
  return commit(standing, moment, {
    ...entryDraft(standing, moment),
    kind: isFirstListing ? 'baseline' : 'appeared',
    instance: observed.instance,
    rules: observed.rules,
    opened: exposure.reach,
    dormant: exposure.dormant,
    notes: exposure.notes,
    severity: rating.severity,
    reason: rating.reason,
    failure: toldFailure(latest),
    replaces: replaced === null ? null : decideReplaced(replaced, observed),
    rulesHash: hashRules(observed.rules),
    exposureHash: hashExposure(exposure.reach),
  });
}

function decideReplaced(
  latest: LatestState,
  observed: { instance: InstanceFacts; rules: PortState[] },
): Replaced | null {
  if (latest.instance === null) return null;
  const before = firewallOf(latest);
  const after = firewallOf(observed);
  const exposure = before === null ? [] : exposureOf(before).reach;
  const comparison = before === null ? null : compareFirewalls(before, after);
  return {
    instance: latest.instance,
    firstSeenAt: latest.firstSeenAt,
    rulesAt: latest.rulesAt,
    exposure,
    opened: comparison?.opened ?? [],
    closed: comparison?.closed ?? [],
    verdict: comparison?.verdict ?? null,
    ...rateDeparture(exposure),
  };
}

function decideAbsent(standing: Standing, moment: Moment): Decision {
  const { latest } = standing;
  if (latest === null) return nothing;
  // Its name was listed again, could not be read, and is gone again: nothing was ever known of that instance.
  if (latest.status === 'gone') return latest.failure === null ? nothing : { kind: 'mark', failure: null };
  const before = firewallOf(latest);
  const closed = before === null ? [] : exposureOf(before).reach;
  return commit(standing, moment, {
    ...entryDraft(standing, moment),
    kind: 'gone',
    instance: latest.instance,
    previousRulesAt: latest.rulesAt,
    closed,
    ...rateDeparture(closed),
    failure: null,
  });
}

function decideFailed(
  standing: Standing,
  observed: { instance: InstanceFacts; failure: Omit<Failure, 'since'> },
  moment: Moment,
): Decision {
  const { latest, resource, newestEntry } = standing;
  const failure = continueFailure(latest, observed.failure, lastConfirmedAt(standing, moment), moment);
  if (failure.gapAt !== null) return nothing;
  if (!isDueToBeTold(failure, moment)) {
    const born = {
      resource,
      instance: observed.instance,
      version: newestEntry?.version ?? 0,
      lastAt: newestEntry?.at ?? null,
    };
    return beginFailure(latest, failure, born, moment);
  }
  const draft = entryDraft(standing, moment);
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
  return commit(standing, moment, gap, { ...failure, gapAt: draft.at });
}

/** Start of the last scan that confirmed the state the latest state now has. */
function lastConfirmedAt(standing: Standing, moment: Moment): string | null {
  const { latest, region, resource } = standing;
  const last = moment.grant.lastScan;
  // Also without a latest state: what the last scan listed and could not commit was not absent then.
  const isConfirmed = last?.regionsListed.includes(resource.region) && !last.notRead.includes(resourceKey(resource));
  return latestUntil(new Date(moment.now).toISOString(), [
    isConfirmed ? last?.startedAt : (latest?.failure ?? region?.failure)?.confirmedAt,
    latest?.seenAt,
  ]);
}

/** The entry that follows the newest one; a decision fills in the rest. */
function entryDraft(standing: Standing, moment: Moment): HistoryEntry {
  const at = nextInstant(moment.now, standing.latest?.lastAt ?? standing.newestEntry?.at ?? null);
  return blankEntry({
    resource: standing.resource,
    at,
    version: (standing.latest?.version ?? standing.newestEntry?.version ?? 0) + 1,
    kind: 'baseline',
    changedAfter: lastConfirmedAt(standing, moment),
    commitId: moment.newId(),
  });
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

/** The entry with who did it, where the calls at hand tell. */
function withActor(entry: HistoryEntry, { latest, calls = [] }: Standing, { now }: Moment): HistoryEntry {
  if (calls.length === 0) return entry;
  const changedBy = attributeChange(entry, firewallOf(latest), calls, { by: 'event', at: new Date(now).toISOString() });
  return changedBy === null ? entry : { ...entry, changedBy };
}

function commit(
  standing: Standing,
  moment: Moment,
  draft: HistoryEntry,
  failure: OngoingFailure | null = null,
): Decision {
  const { latest } = standing;
  const entry = withActor(draft, standing, moment);
  const isArrival = entry.kind === 'baseline' || entry.kind === 'appeared';
  const keepsRules = entry.rules === null && latest !== null && latest.status !== 'gone';
  return {
    kind: 'commit',
    expected: latest?.version ?? null,
    commit: {
      resource: standing.resource,
      version: entry.version,
      status: statusOf[entry.kind],
      // Rules and the listing that they were read with belong together: what is listed while nothing can be read may be another
      // instance of the name, or have another ipAddressType, and the next read is to be compared with what was known.
      instance: keepsRules && latest.rules !== null ? latest.instance : entry.instance,
      rules: entry.rules ?? (keepsRules ? latest.rules : null),
      rulesAt: entry.rules ? entry.at : keepsRules ? latest.rulesAt : null,
      seenAt: entry.rules || entry.kind === 'gone' ? moment.scanStartedAt : (latest?.seenAt ?? null),
      lastAt: entry.at,
      firstSeenAt:
        isArrival && !(latest?.status === 'unknown' && latest.rules === null)
          ? entry.at
          : (latest?.firstSeenAt ?? entry.at),
      failure,
      pending: entry,
      baselinedAt: null,
    },
  };
}
