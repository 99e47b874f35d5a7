/** Decides which approvals `portwatch approve` writes, from the fleet and the existing approvals. Pure. */
import type { MadeApproval } from '../../../lambda/adapters/items/approval-item.ts';
import { type Approval, isAbout, phaseOf } from '../../../lambda/approvals/approval.ts';
import { findApprovalProblems } from '../../../lambda/approvals/find-approval-problems.ts';
import { approvableReach, subtractApproved } from '../../../lambda/approvals/unapproved-exposure.ts';
import {
  intersectReach,
  type Rating,
  type RatingPolicy,
  type Reach,
  rateExposure,
} from '../../../lambda/firewall/index.ts';
import { matchesGlob } from '../../../lambda/firewall/rating/glob.ts';
import { bySeverity } from '../../../lambda/firewall/rating/severity.ts';
import { compareText } from '../../../lambda/history/compare-text.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import { firewallOf } from '../../../lambda/history/firewall-of.ts';
import type { FleetInstance } from '../../aws/load-approved-fleet.ts';
import { approvableInstance, type InstanceReach, listCovered } from '../../questions/approved-fleet.ts';
import { suggestName } from '../../text/suggest-name.ts';
import type { ApprovalRequest } from './parse-approval-request.ts';

export interface PlannedApproval extends Rating {
  approval: MadeApproval;
  /** The part of the present open exposure that the approval covers. */
  covers: InstanceReach[];
  /**
   * The parts of the approval's exposure that existing approvals already cover. Existing approvals count if they are in force or begin
   * later.
   */
  overlaps: { id: string; reach: Reach[] }[];
}

export interface ApprovalPlan {
  /** Highest severity first. */
  planned: PlannedApproval[];
  leftOut: { resource: Resource; why: string }[];
  /** Sentences without a full stop. If there are any, nothing is written. */
  problems: string[];
}

export interface PlanContext {
  account: string;
  /** The ARN of the AWS identity that runs the command. */
  by: string;
  /** The present time, as an ISO instant. */
  now: string;
  policy: RatingPolicy;
  instances: readonly FleetInstance[];
  approvals: readonly Approval[];
  isByCommandAllowed: boolean;
  newId(): string;
}

type Scope = Pick<Approval, 'instance' | 'region' | 'account' | 'arn'>;

export function planApprovals(request: ApprovalRequest, context: PlanContext): ApprovalPlan {
  const { account, now, isByCommandAllowed } = context;
  const problems: string[] = [];
  if (!isByCommandAllowed)
    problems.push(
      'the deployment allows approvals from the configuration only (approvalsByCommand is false); add the approval to "approved" in portwatch.json',
    );
  if (request.account !== null && request.account !== account)
    problems.push(`these credentials are of account ${account}, not of --account ${request.account}`);
  if (request.until !== null && request.until < now)
    problems.push(`the approval would end on ${request.until}, in the past; expected a later --until`);
  const { matched, region, problem } = matchInstances(request, context);
  if (problem !== null) return { planned: [], leftOut: [], problems: [...problems, problem] };
  const plan =
    request.exposure === null
      ? planCurrent(request, matched, context)
      : planGiven(request, request.exposure, region, matched, context);
  const planned = plan.planned.toSorted(compareWorst);
  return { ...plan, planned, problems: [...problems, ...plan.problems] };
}

interface Matched {
  matched: FleetInstance[];
  /** The region of the approval; `null`: every region. */
  region: string | null;
  problem: string | null;
}

/** A name without `*` and `?` selects one instance. A pattern selects every instance that matches. */
function matchInstances({ name, region }: ApprovalRequest, { instances }: PlanContext): Matched {
  const here = instances.filter(({ resource }) => region === null || resource.region === region);
  const where = region === null ? '' : ` in ${region}`;
  if (name === null)
    return { matched: here, region, problem: here.length > 0 ? null : `there are no instances${where}` };
  const matched = here.filter(({ resource }) => matchesGlob(name, resource.instanceName ?? ''));
  if (matched.length === 0) {
    const elsewhere = instances.filter(({ resource }) => matchesGlob(name, resource.instanceName ?? ''));
    const names = here.map(({ resource }) => resource.instanceName ?? '');
    const hint =
      elsewhere.length > 0
        ? `expected --region ${listRegions(elsewhere).join(' or ')}`
        : suggestName(name, names, 'npm run portwatch -- status lists the instances');
    return { matched, region, problem: `there is no instance ${name}${where}; ${hint}` };
  }
  if (/[*?]/.test(name)) return { matched, region, problem: null };
  const regions = listRegions(matched);
  if (regions.length > 1)
    return {
      matched,
      region,
      problem: `instances in ${regions.join(' and ')} have the name ${name}; choose one with --region ${regions.join(' or ')}`,
    };
  return { matched, region: regions[0] ?? region, problem: null };
}

const listRegions = (instances: readonly FleetInstance[]) =>
  [...new Set(instances.map(({ resource }) => resource.region))].sort();

function planGiven(
  request: ApprovalRequest,
  exposure: Reach[],
  region: string | null,
  matched: readonly FleetInstance[],
  context: PlanContext,
): ApprovalPlan {
  const scope = { instance: request.name, region, account: request.account, arn: null };
  const made = makeApproval(scope, exposure, request, context);
  const problems = findApprovalProblems(made, { isAnyway: request.isAnyway, now: null }).map(({ field, problem }) =>
    field === 'anyway' ? `${problem}; --anyway approves it all the same` : problem,
  );
  const covering = listLasting(context, request.until).filter((approval) => includesScope(approval, made));
  if (exposure.length > 0 && subtractApproved(exposure, covering).length === 0) {
    const ids = covering.filter((one) => intersectReach(exposure, one.exposure).length > 0).map(describeApproval);
    problems.push(`the whole exposure is approved already, by ${ids.join(' and ')}`);
  }
  return { planned: [planOne(made, matched, context)], leftOut: [], problems };
}

/**
 * Plans one approval for each instance, bound to the ARN of the instance. The approval covers the open exposure of the instance, less the
 * exposure that existing approvals cover at least until the end of the new approval.
 */
function planCurrent(request: ApprovalRequest, matched: readonly FleetInstance[], context: PlanContext): ApprovalPlan {
  const [planned, leftOut]: [PlannedApproval[], ApprovalPlan['leftOut']] = [[], []];
  const lasting = listLasting(context, request.until);
  for (const instance of matched) {
    const found = findCurrent(instance, lasting);
    if ('why' in found) leftOut.push({ resource: instance.resource, why: found.why });
    else {
      const { instanceName, region } = instance.resource;
      const arn = instance.instance?.arn ?? null;
      const scope = { instance: instanceName, region, account: request.account, arn };
      planned.push(planOne(makeApproval(scope, found.reach, request, context), [instance], context));
    }
  }
  const whys = leftOut.map(({ resource, why }) => `${resource.instanceName} in ${resource.region}: ${why}`);
  const problems = planned.length === 0 ? [`there is nothing to approve (${whys.join('; ')})`] : [];
  return { planned, leftOut, problems };
}

function findCurrent(instance: FleetInstance, lasting: readonly Approval[]): { reach: Reach[] } | { why: string } {
  const firewall = firewallOf(instance);
  if (instance.gap !== null || firewall === null) return { why: 'it cannot be read, so nobody knows what is open now' };
  if (instance.instance?.arn == null) return { why: 'its ARN is not known' };
  const facts = approvableInstance(instance);
  const held = lasting.filter((approval) => isAbout(approval, facts));
  const open = approvableReach(firewall);
  const reach = subtractApproved(open, held);
  if (reach.length > 0) return { reach };
  if (open.length === 0) return { why: 'nothing is open that can be approved' };
  const ids = held.filter(({ exposure }) => intersectReach(open, exposure).length > 0).map(describeApproval);
  return { why: `all that is open is approved already, by ${ids.join(' and ')}` };
}

/**
 * Returns the approvals of the account that are in force now and do not end before `until`. If `until` is `null`, returns only approvals
 * without an end.
 */
function listLasting({ approvals, now, account }: PlanContext, until: string | null): Approval[] {
  return approvals.filter(
    (one) =>
      (one.account === null || one.account === account) &&
      phaseOf(one, now) === 'in-force' &&
      (one.until === null || (until !== null && Date.parse(one.until) >= Date.parse(until))),
  );
}

/**
 * True if the names and patterns show that every instance of `inner` also belongs to `outer`. Two different patterns are not compared: the
 * answer is then false, unless the outer pattern is `*`. Both scopes are in one account.
 */
function includesScope(outer: Scope, inner: Scope): boolean {
  const isWithin = (key: 'region' | 'arn') => outer[key] === null || outer[key] === inner[key];
  const [pattern, name] = [outer.instance, inner.instance];
  const isNamed =
    pattern === null || pattern === name || (name !== null && !/[*?]/.test(name) && matchesGlob(pattern, name));
  return isWithin('region') && isWithin('arn') && (isNamed || /^\*+$/.test(pattern ?? ''));
}

function makeApproval(
  scope: Scope,
  exposure: Reach[],
  { reason, until }: ApprovalRequest,
  { by, now, newId }: PlanContext,
): MadeApproval {
  return { id: newId(), ...scope, exposure, reason, by, from: now, until };
}

function planOne(approval: MadeApproval, matched: readonly FleetInstance[], context: PlanContext): PlannedApproval {
  const { policy, approvals, now } = context;
  const facts = matched.map(approvableInstance);
  const isAlive = (other: Approval) => ['in-force', 'planned'].includes(phaseOf(other, now));
  const overlaps = approvals.flatMap((other) => {
    if (!isAlive(other) || !facts.some((instance) => isAbout(other, instance))) return [];
    const reach = intersectReach(approval.exposure, other.exposure);
    return reach.length === 0 ? [] : [{ id: other.id, reach }];
  });
  const covers = listCovered({ ...approval, origin: 'command', revoked: null }, matched);
  return { approval, covers, overlaps, ...rateExposure({ reach: approval.exposure, dormant: [], notes: [] }, policy) };
}

/** Returns a text such as `a-0123456789 (until 2027-01-31T23:59:59.999Z)`. */
function describeApproval({ id, until }: Approval): string {
  return until === null ? id : `${id} (until ${until})`;
}

function compareWorst(a: PlannedApproval, b: PlannedApproval): number {
  return (
    bySeverity(a, b) ||
    compareText(a.approval.region ?? '', b.approval.region ?? '') ||
    compareText(a.approval.instance ?? '', b.approval.instance ?? '')
  );
}
