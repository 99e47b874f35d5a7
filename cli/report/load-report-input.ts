/** Loads the history of a span for the report. A placeholder replaces an entry that cannot be read: the page shows a gap there. */
import pLimit from 'p-limit';
import { renderCount } from '../../lambda/alerts/render-count.ts';
import type { Approval } from '../../lambda/approvals/approval.ts';
import { wasEverApproved } from '../../lambda/approvals/decide-reminders.ts';
import { blankEntry } from '../../lambda/history/blank-entry.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import { confirms, findConfirmedAt } from '../../lambda/history/find-confirmation.ts';
import { toInstant } from '../../lambda/history/instants.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { RefusedItem } from '../../lambda/scan/interfaces.ts';
import type { DynamoDbHistoryReader, RefusedEntry } from '../aws/history-reader.ts';
import { allApprovals, loadApprovals } from '../aws/load-approvals.ts';
import { listAccountSpots } from '../aws/load-blind-spots.ts';
import { loadWholeFleet, type WholeFleet } from '../aws/load-fleet.ts';
import { queriesAtOnce } from '../aws/load-history-at-instant.ts';
import { oncePerRegion, readAheadMs, readBackTo, startInForce } from '../aws/load-instance-history.ts';
import { ScansAround } from '../aws/load-scans-around.ts';
import type { AccountRecords, Deployment } from '../aws/open-deployment.ts';
import { refuseWithoutRecords } from '../aws/refuse-without-records.ts';
import { accountFields, labelAccount } from '../questions/account-names.ts';
import { listUnreadItems } from '../questions/blind-spots.ts';
import type { Span } from '../questions/exposure-spans.ts';
import type { HistorySlice } from '../questions/history-slice.ts';
import type { ReportInput } from './data/build-report-data.ts';

type ReportSource = Pick<
  DynamoDbHistoryReader,
  | 'loadFleet'
  | 'loadDeparted'
  | 'readEntries'
  | 'loadEntriesAfter'
  | 'loadEntry'
  | 'loadScans'
  | 'readScans'
  | 'loadKeptDays'
  | 'readNow'
  | 'loadApprovals'
  | 'loadSettingsAt'
>;

type Place = Pick<AccountRecords, 'account' | 'loadRatedBy'> & { reader: ReportSource };

/** Throws CommandError if the table cannot be read. `onProgress` receives one line of text for each instance. */
export async function loadReportInput(
  place: Place,
  span: Span,
  onProgress: (line: string) => void,
): Promise<ReportInput & { fleet: WholeFleet }> {
  const { reader, account } = place;
  const fleet = await loadWholeFleet(place);
  const { instances, refused, approvalMarks } = fleet;
  const known = await loadApprovals(reader, span.until);
  const unread: RefusedItem[] = [...refused, ...known.refused];
  const near = new ScansAround(reader, span);
  const loadRegion = oncePerRegion((region) => loadEntries(reader, near, region, span, unread));
  await Promise.all(instances.map(loadRegion));
  let done = 0;
  const load = async (resource: Resource): Promise<HistorySlice> => {
    const entries = await loadEntries(reader, near, resource, span, unread);
    done += 1;
    onProgress(`read the history of ${done} of ${renderCount(instances.length, 'instance')}`);
    const regionEntries = await loadRegion(resource);
    // If the last scan before the span failed to read the instance, an earlier scan confirms the state.
    await near.findBefore((scan) => findConfirmedAt(scan, resource) !== null);
    return { resource, entries, regionEntries, scans: await near.load(), expiredScans: await near.loadExpired() };
  };
  const ratedBy = await place.loadRatedBy(span.until);
  const slices = await pLimit(queriesAtOnce).map(instances, load);
  await near.findBefore(() => true);
  const loaded = (await near.load()).filter(({ startedAt }) => startedAt <= span.until);
  const scans = loaded.slice(
    Math.max(
      0,
      loaded.findLastIndex(({ startedAt }) => startedAt < span.from),
    ),
  );
  const isAny = known.refused.length > 0 || wasEverApproved({ approvals: allApprovals(known) }, approvalMarks);
  const approvals = isAny ? known.approvals : null;
  return {
    account,
    name: null,
    builtAt: toInstant(reader.readNow()),
    span,
    slices,
    scans: [{ account, scans }],
    ratedBy,
    approvals,
    problems: unread.map(({ problem }) => problem),
    names: null,
    hidden: listUnreadItems(unread),
    fleet,
  };
}

/**
 * Loads the input for one report about all accounts. Throws CommandError if the table cannot be read, or has no records of any of the
 * accounts.
 */
export async function loadReportInputs(
  deployment: Deployment,
  span: Span,
  onProgress: (line: string) => void,
): Promise<ReportInput> {
  const { account, names } = deployment;
  const inputs: (ReportInput & { fleet: WholeFleet })[] = [];
  for (const each of deployment.accounts) {
    const label = names === null ? '' : `${labelAccount(names, each.account)}: `;
    inputs.push(await loadReportInput(each, span, (line) => onProgress(`${label}${line}`)));
  }
  const [first] = inputs;
  refuseWithoutRecords(deployment, inputs);
  if (first === undefined) throw new Error('a deployment without accounts has no records');
  const lists = inputs.map(({ approvals }) => approvals);
  return {
    ...first,
    account,
    slices: inputs.flatMap(({ slices }) => slices),
    scans: inputs.flatMap(({ scans }) => scans),
    approvals: lists.every((list) => list === null) ? null : inputs.flatMap(limitApprovals),
    problems: inputs.flatMap(({ problems }) => problems),
    names,
    hidden: [
      ...listAccountSpots(deployment, span.until),
      ...inputs.flatMap(({ account: own, hidden }) =>
        hidden.map((spot) => ({ ...spot, ...accountFields(names, own) })),
      ),
    ],
  };
}

/** An approval that was made in one account is about the instances of that account. */
function limitApprovals({ account, approvals }: ReportInput): Approval[] {
  return (approvals ?? []).map((approval) => ({ ...approval, account: approval.account ?? account }));
}

/**
 * Oldest first: the entry in force at the span's start, the entries of the span, and later entries whose changes perhaps fell in it. If the
 * first entry holds no rules, the earlier entry with its rules is added in front. If there are none of these entries, the first entry after
 * the span is returned.
 */
async function loadEntries(
  reader: ReportSource,
  near: ScansAround,
  resource: Resource,
  { from, until }: Span,
  unread: RefusedItem[],
): Promise<HistoryEntry[]> {
  const placeholders: HistoryEntry[] = [];
  const refuse = (refused: RefusedEntry) => {
    unread.push({ key: `${resourceKey(resource)} ${refused.at}`, problem: refused.problem });
    placeholders.push(buildPlaceholder(resource, refused));
  };
  const lookUntil = new Date(Date.parse(until) + readAheadMs).toISOString();
  const after = await near.findAfter((scan) => confirms(scan, resource));
  const isConfirmed = after !== null && after.endedAt <= lookUntil;
  const pages = reader.readEntries(resource, { from: null, until: isConfirmed ? lookUntil : null }, 100, refuse);
  const found = await readBackTo(from, pages, placeholders);
  // The version of the first entry after the span shows whether earlier entries have expired.
  if (found.length === 0) return reader.loadEntriesAfter(resource, until, 1);
  return startInForce(reader, linkPlaceholders(found), from);
}

/** Gives each placeholder its version, and the instant of the rules that were in force before the placeholder. */
function linkPlaceholders(entries: readonly HistoryEntry[]): HistoryEntry[] {
  let rulesAt: string | null = null;
  let version = 0;
  return entries.map((entry) => {
    const linked =
      entry.commitId === placeholderId ? { ...entry, previousRulesAt: rulesAt, version: version + 1 } : entry;
    version = linked.version;
    rulesAt = linked.rules === null ? (linked.kind === 'gone' ? null : linked.previousRulesAt) : linked.at;
    return linked;
  });
}

const placeholderId = 'stand-in';

/** A gap in place of an entry that cannot be read, because the change of that entry is unknown. */
function buildPlaceholder(resource: Resource, { at, problem }: RefusedEntry): HistoryEntry {
  return blankEntry({
    resource,
    at,
    version: 0,
    kind: 'gap',
    reason: `the entry of ${resourceKey(resource)} at ${at} cannot be read by this version of Portwatch`,
    failure: { reason: 'invalid-answer', message: problem, since: at },
    algoVersion: 0,
    commitId: placeholderId,
  });
}
