import { renderCount } from '../../../lambda/alerts/render-count.ts';
import { type Note, type Reach, rateExposure, type Severity } from '../../../lambda/firewall/index.ts';
import type { HistoryEntry, Resource } from '../../../lambda/history/entry.ts';
import { resourceKey } from '../../../lambda/history/resource-key.ts';
import { listRegistrySpots, loadBlindSpots } from '../../aws/load-blind-spots.ts';
import { loadWholeFleet } from '../../aws/load-fleet.ts';
import { loadHistoryAtInstant } from '../../aws/load-history-at-instant.ts';
import { loadHistoryOfPorts } from '../../aws/load-history-of-ports.ts';
import { type Deployment, type DeploymentAccount, forEachAccount } from '../../aws/open-deployment.ts';
import { refuseWithoutRecords } from '../../aws/refuse-without-records.ts';
import { type AccountNames, accountFields, labelAccount } from '../../questions/account-names.ts';
import type { AccountSpot } from '../../questions/blind-spots.ts';
import { cacheByKey } from '../../questions/cache-by-key.ts';
import { findOpenSpans, type OpenSpan } from '../../questions/certainty-of-open-ports.ts';
import type { RatedBy } from '../../questions/choose-rating-settings.ts';
import type { HistorySlice } from '../../questions/history-slice.ts';
import type { PortQuery } from '../../questions/port-query.ts';
import { listNotDue, type NotDueRegion } from '../../questions/regions-not-due.ts';
import { requiresHistory } from '../../questions/requires-history.ts';
import type { RenderTime } from '../../time/render-time.ts';
import { refuseBeforeFirstScan } from './refuse-before-first-scan.ts';

type AccountRegion = NotDueRegion & { account?: string; accountName?: string };

/** `from`, `until`: the span of the question. For a question about one instant, they are equal. */
export interface Question {
  query: PortQuery;
  from: string;
  until: string;
}

export interface Opening extends OpenSpan {
  resource: Resource;
  /** Severity of the open reach; `null`: the reach is unknown. */
  severity: Severity | null;
}

export interface Answer {
  /**
   * For a span: sorted by account, region, name and start. For an instant: first by certainty (open, either, last known, unknown), then in
   * the order for a span.
   */
  openings: Opening[];
  /** Number of instances that exist or existed, in the accounts whose first scan is not later than `until`. */
  instances: number;
  accounts: number;
  /** The rating settings at `until`. With several accounts: the settings of the first account. */
  ratedBy: RatedBy;
  /** The reasons why openings can be missing in the answer. */
  blindSpots: AccountSpot[];
  /**
   * Regions without instances that the last scan did not list, because they were not due. The list is empty if `until` is before the last
   * scan.
   */
  regionsNotDue: AccountRegion[];
  names: AccountNames;
}

/**
 * Searches present and deleted instances. Throws CommandError if the table has no records, or if `until` is before the first scan. For a
 * span, the entries of the openings can lack attributions, which `addActors` adds.
 */
export async function findExposedInstances(
  question: Question,
  deployment: Deployment,
  renderTime: RenderTime,
  onProgress: (line: string) => void,
): Promise<Answer> {
  const { names, accounts } = deployment;
  const { from, until } = question;
  let instances = 0;
  const found = await forEachAccount(deployment, (account) =>
    findInAccount(question, account, names, (count) => {
      instances += count;
      onProgress(`reading the history of ${renderCount(instances, 'instance')}`);
    }),
  );
  refuseWithoutRecords(deployment, found);
  refuseBeforeFirstScan(
    until,
    found.flatMap(({ firstSeenAt }) => firstSeenAt ?? []),
    renderTime,
  );
  const openings = found.flatMap((one) => one.openings);
  const [first] = accounts;
  if (first === undefined) throw new Error('a deployment without accounts has no records');
  return {
    openings: openings.sort(compareOpenings(from !== until, names)),
    instances,
    accounts: accounts.length,
    ratedBy: await first.loadRatedBy(until),
    blindSpots: [...listRegistrySpots(deployment, until), ...found.flatMap(({ blindSpots }) => blindSpots)],
    regionsNotDue: found.flatMap(({ regionsNotDue }) => regionsNotDue),
    names,
  };
}

async function findInAccount(
  { query, from, until }: Question,
  account: DeploymentAccount,
  names: AccountNames,
  onInstances: (count: number) => void,
) {
  const { reader, loadRatedBy } = account;
  const fleet = await loadWholeFleet(account);
  const { states, departed, instances } = fleet;
  const [firstSeenAt = null] = [...states, ...departed].map((each) => each.firstSeenAt).sort();
  const blindSpots = await loadBlindSpots(account, fleet, until, names);
  const isPast = until < (fleet.lastScan?.startedAt ?? '');
  const regionsNotDue = isPast ? [] : listNotDue(fleet.lastScan);
  const facts = {
    fleet,
    firstSeenAt,
    blindSpots,
    regionsNotDue: regionsNotDue.map((region) => ({ ...accountFields(names, account.account), ...region })),
  };
  if (firstSeenAt === null || until < firstSeenAt) return { ...facts, openings: [] };
  onInstances(instances.length);
  const resources = from === until ? instances.filter(requiresHistory(fleet, from, query)) : instances;
  const slices = await (from === until
    ? loadHistoryAtInstant(reader, resources, from)
    : loadHistoryOfPorts(reader, { resources, states }, { from, until }, query));
  // Without slices nothing is rated, so the rating settings are not loaded. With many accounts, most have no slices.
  if (slices.length === 0) return { ...facts, openings: [] };
  const span = { from, until: new Date(Date.parse(until) + 1).toISOString() };
  const policy = await loadRatedBy(until);
  // Most instances of a fleet have the same few reaches, so a cache saves most ratings.
  const rate = cacheByKey<Parameters<Rate>, Severity>(
    (reach, notes) => rateExposure({ reach, dormant: [], notes }, policy).severity,
    (...given) => JSON.stringify(given),
  );
  return { ...facts, openings: slices.flatMap((each) => rateOpenings(each, span, query, rate)) };
}

/**
 * Adds the attributions to the entries of the openings, with one more request for each 100 entries. Only an answer that shows actors needs
 * the attributions.
 */
export async function addActors(
  openings: readonly Opening[],
  { accounts: [account] }: Pick<Deployment, 'accounts'>,
): Promise<Opening[]> {
  const entries = [...new Set(openings.flatMap((opening) => opening.entries))];
  // The key of an attribution contains the account, so the reader of the first account can read the attributions of all accounts.
  const completed = (await account?.reader.addAttributions(entries)) ?? [];
  const known = new Map(completed.map((entry) => [placeInTable(entry), entry]));
  return openings.map((opening) => ({
    ...opening,
    entries: opening.entries.map((entry) => known.get(placeInTable(entry)) ?? entry),
  }));
}

const placeInTable = ({ resource, at }: HistoryEntry) => `${at}#${resource.account}#${resourceKey(resource)}`;

type Rate = (reach: Reach[], notes: Note[]) => Severity;

function rateOpenings(
  slice: HistorySlice,
  span: { from: string; until: string },
  query: PortQuery,
  rate: Rate,
): Opening[] {
  return findOpenSpans(slice, span, query).map((open) => {
    const severity = open.certainty === 'unknown' ? null : rate(open.reach, open.notes);
    return { ...open, resource: slice.resource, severity };
  });
}

const certainties = ['open', 'either', 'last-known', 'unknown'] as const satisfies readonly OpenSpan['certainty'][];

const placeOf = ({ resource, from }: Opening, names: AccountNames) =>
  `${labelAccount(names, resource.account)}#${resource.region}#${resource.instanceName}#${from}`;

/** At one instant, the openings with the highest certainty come first. Over a span, the openings of each instance stay together. */
function compareOpenings(isSpan: boolean, names: AccountNames): (a: Opening, b: Opening) => number {
  const comparePlaces = (a: Opening, b: Opening) => (placeOf(a, names) < placeOf(b, names) ? -1 : 1);
  if (isSpan) return comparePlaces;
  return (a, b) => certainties.indexOf(a.certainty) - certainties.indexOf(b.certainty) || comparePlaces(a, b);
}
