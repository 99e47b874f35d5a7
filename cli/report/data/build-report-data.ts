/** Builds the data of the page from the history. Pure: the caller loads the history and passes the clock. */

import type { Approval } from '../../../lambda/approvals/approval.ts';
import { exposureOf, rankOpen, rateExposure, severities } from '../../../lambda/firewall/index.ts';
import { blankEntry } from '../../../lambda/history/blank-entry.ts';
import { compareText } from '../../../lambda/history/compare-text.ts';
import type { AccountNames } from '../../questions/account-names.ts';
import type { AccountSpot } from '../../questions/blind-spots.ts';
import type { RatedBy } from '../../questions/choose-rating-settings.ts';
import { type ExposureSpan, exposureSpans, type Span } from '../../questions/exposure-spans.ts';
import type { HistorySlice } from '../../questions/history-slice.ts';
import { stateAt } from '../../questions/state-at.ts';
import { type BuiltApprovals, buildApprovals, listApprovalData, listUnapprovedData } from './build-approvals.ts';
import { buildChanges } from './build-changes.ts';
import { type AccountScans, buildGaps, joinGaps, joinScans } from './build-gaps.ts';
import { buildLanes } from './build-lanes.ts';
import { joinOpenPorts, listOpenPorts, type OpenPort } from './build-open-ports.ts';
import { labelAllRegions, labelRegion, labelScope } from './label-region.ts';
import { absentKinds, type GapData, type InstanceData, isThere, type ReportData, spanKinds } from './report-data.ts';
import { SharedValues } from './shared-values.ts';

export interface ReportInput {
  account: string;
  /** Display name of the account; `null`: its id is shown. */
  name: string | null;
  /** ISO-8601 UTC: when the report was built. */
  builtAt: string;
  span: Span;
  /** One slice for each name in a region, also of deleted instances. `buildReportData` leaves out those that did not exist in the span. */
  slices: readonly HistorySlice[];
  scans: readonly AccountScans[];
  names: AccountNames;
  /** The accounts, and the items of the history, that could not be read at the end of the span. */
  hidden: readonly AccountSpot[];
  /** The settings in effect at the end of the span. The severities at that time are rated with these settings. */
  ratedBy: RatedBy;
  /** The approvals that the settings allowed at the end of the span; `null`: nothing was ever approved. */
  approvals: readonly Approval[] | null;
  /** Items of the history that could not be read, as sentences. The sentences can contain stored text, so output must escape them. */
  problems: readonly string[];
}

export function buildReportData(input: ReportInput): ReportData {
  const { account, name, builtAt, span, slices, scans, ratedBy, approvals, problems, names } = input;
  const shared = new SharedValues();
  const gaps: GapData[] = [];
  const built = slices.flatMap((one) => {
    const since = findHiddenSince(input, one.resource.account);
    const slice = since === null ? one : hideSince(one, since);
    const spans = exposureSpans(slice, span).map(leaveBlank);
    // From `since` on, `listHiddenGaps` lists one gap for the whole account.
    gaps.push(
      ...buildGaps(one.resource, spans, names).filter(({ from }) => since === null || from < Date.parse(since)),
    );
    return buildInstance(slice, spans, input, shared) ?? [];
  });
  const sorted = sortWorstFirst(built);
  const [from, until] = [Date.parse(span.from), Date.parse(span.until)];
  gaps.push(...listHiddenGaps(input));
  const approved = sorted.map((one) => one.approved);
  return {
    schema: 'portwatch.report/1',
    account,
    name,
    scope: labelScope(
      input,
      scans.map((one) => one.account),
    ),
    builtAt: Date.parse(builtAt),
    from,
    until,
    instances: sorted.map(({ instance }) => instance),
    openPorts: joinOpenPorts(sorted.map(({ openPorts }) => openPorts)),
    unapproved: approvals === null ? null : listUnapprovedData(approved),
    approvals: listApprovalData(approved, ratedBy, shared),
    gaps: joinGaps(gaps),
    scans: joinScans(scans, from, until, names),
    ratedBy: { settings: ratedBy.settings },
    problems: [...problems],
    texts: shared.texts.values,
    sourceSets: shared.sourceSets.values,
    reaches: shared.reaches.values,
    lists: shared.lists.values,
    attributions: shared.attributions.values,
  };
}

/** The start of the time in which the account could not be read. `null`: the account could be read at the end of the span. */
function findHiddenSince({ hidden }: ReportInput, account: string): string | null {
  const spots = hidden.filter((spot) => spot.account === account);
  return spots.find((spot) => spot.kind === 'account-not-entered' || spot.kind === 'account-removed')?.since ?? null;
}

/** Adds a gap of the region that begins at `since` and has no end, because the account could not be read from then on. */
function hideSince(slice: HistorySlice, since: string): HistorySlice {
  const resource = { ...slice.resource, instanceName: null };
  const failure = { reason: 'access-denied', message: '', since } as const;
  const version = (slice.regionEntries.at(-1)?.version ?? 0) + 1;
  const gap = blankEntry({ resource, at: since, version, kind: 'gap', failure, algoVersion: 0, commitId: 'hidden' });
  return { ...slice, regionEntries: [...slice.regionEntries, gap] };
}

function listHiddenGaps({ hidden, span, names }: ReportInput): GapData[] {
  return hidden.flatMap((spot) => {
    if (spot.account === undefined || !('since' in spot) || spot.since === null) return [];
    const from = Math.max(Date.parse(spot.since), Date.parse(span.from));
    const reason = spot.kind === 'account-removed' ? 'not watched any more' : 'could not be entered';
    return [{ region: labelAllRegions(spot.account, names), name: null, from, until: null, reason }];
  });
}

/** Shows no open port while no scan listed the region, because it is not known whether the instance existed. */
function leaveBlank(span: ExposureSpan): ExposureSpan {
  if (span.kind !== 'not-watched') return span;
  return { ...span, reach: [], notes: [], maybe: [], flapped: [], either: [] };
}

interface BuiltInstance {
  instance: InstanceData;
  openPorts: OpenPort[];
  approved: BuiltApprovals;
}

/** `null`: the instance did not exist in the span. */
function buildInstance(
  slice: HistorySlice,
  spans: readonly ExposureSpan[],
  { span, ratedBy, approvals, names }: Pick<ReportInput, 'span' | 'ratedBy' | 'approvals' | 'names'>,
  shared: SharedValues,
): BuiltInstance | null {
  if (spans.every(({ kind }) => absentKinds.includes(kind)) && !hasEntryIn(slice, span)) return null;
  const state = stateAt(slice, span.until);
  const { status, exposure, snapshot, confirmedBefore, gap } = state;
  const newest = slice.entries.findLast(({ instance, at }) => instance !== null && at <= span.until);
  const { reach, dormant, notes } = exposure ?? exposureOf({ rules: [] });
  const isPresent = isThere(status);
  const unrated = { severity: null, reason: gap?.reason === 'expired' ? 'expired' : 'never read' };
  const rating = exposure === null ? unrated : rateExposure(exposure, ratedBy);
  const facts = (snapshot ?? newest)?.instance ?? null;
  const instance: InstanceData = {
    region: labelRegion(slice.resource, names),
    accountName: names === null ? null : (names.get(slice.resource.account) ?? slice.resource.account),
    name: slice.resource.instanceName ?? '',
    arn: facts?.arn ?? null,
    publicIpAddress: facts?.publicIpAddress ?? null,
    status,
    severity: isPresent ? rating.severity : 'info',
    reason: isPresent ? rating.reason : '',
    now: shared.list(reach, rankOpen({ reach, notes }, ratedBy)),
    dormant: shared.list(dormant, rankOpen({ reach: dormant, notes }, ratedBy)),
    notes: notes.map(({ text }) => text),
    confirmedAt: confirmedBefore === null ? null : Date.parse(confirmedBefore),
    states: joinStates(spans),
    lanes: buildLanes(spans, ratedBy, shared),
    changes: buildChanges(slice, Date.parse(span.from), Date.parse(span.until), ratedBy, shared),
  };
  const approved = buildApprovals(slice, state, approvals, ratedBy, shared);
  return {
    instance,
    openPorts: isPresent ? listOpenPorts({ reach, dormant, notes }, ratedBy, shared) : [],
    approved,
  };
}

/** Joins adjacent spans of the kinds `known` and `either` (one of two known states), because the lanes show where the state is not certain. */
function joinStates(spans: readonly ExposureSpan[]): InstanceData['states'] {
  const states: InstanceData['states'] = [];
  for (const { from, until, kind } of spans) {
    const number = spanKinds.indexOf(kind === 'either' ? 'known' : kind);
    const last = states.at(-1);
    if (last !== undefined && last[2] === number) last[1] = Date.parse(until);
    else states.push([Date.parse(from), Date.parse(until), number]);
  }
  return states;
}

function hasEntryIn({ entries }: HistorySlice, { from, until }: Span): boolean {
  return entries.some(({ at }) => at > from && at <= until);
}

/**
 * Sorts existing instances before deleted ones. The next criteria are the severity (unknown first), unreadable instances first, the most
 * severe change, the most changes, region and name.
 */
function sortWorstFirst(built: readonly BuiltInstance[]): BuiltInstance[] {
  const ranked = built.map((one) => ({
    one,
    ranks: rankOf(one.instance),
    key: `${one.instance.region} ${one.instance.name}`,
  }));
  const compare = (a: (typeof ranked)[number], b: (typeof ranked)[number]) => {
    const i = a.ranks.findIndex((rank, place) => rank !== b.ranks[place]);
    return i < 0 ? compareText(a.key, b.key) : (a.ranks[i] ?? 0) - (b.ranks[i] ?? 0);
  };
  return ranked.sort(compare).map(({ one }) => one);
}

function rankOf({ status, severity, changes }: InstanceData): number[] {
  const worst = Math.min(severities.length, ...changes.map((change) => severities.indexOf(change.severity)));
  const rank = severity === null ? -1 : severities.indexOf(severity);
  return [isThere(status) ? 0 : 1, rank, status === 'unknown' ? 0 : 1, worst, -changes.length];
}
