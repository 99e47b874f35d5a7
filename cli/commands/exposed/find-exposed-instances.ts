/** Finds the instances, deleted ones included, on which the ports of a query were open. */

import {
  type Note,
  type RatingPolicy,
  type Reach,
  rateExposure,
  type Severity,
} from '../../../lambda/firewall/index.ts';
import type { HistoryEntry, Resource } from '../../../lambda/history/entry.ts';
import { resourceKey } from '../../../lambda/history/latest-state.ts';
import { loadWholeFleet } from '../../aws/load-fleet.ts';
import { loadFleetHistory } from '../../aws/load-fleet-history.ts';
import { loadPortHistory } from '../../aws/load-port-history.ts';
import type { Deployment } from '../../aws/open-deployment.ts';
import { CommandError } from '../../command-error.ts';
import { type BlindSpot, listBlindSpots } from '../../questions/blind-spots.ts';
import type { HistorySlice } from '../../questions/history-slice.ts';
import { findOpenSpans, type OpenSpan } from '../../questions/open-spans.ts';
import type { PortQuery } from '../../questions/port-query.ts';
import type { RatedBy } from '../../questions/rated-by.ts';
import { listNotDue, type NotDueRegion } from '../../questions/regions-not-due.ts';
import type { RenderTime } from '../../text/render-time.ts';

/** Both instants are included; they may be equal. */
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
  /** For an instant sorted by certainty; for a span by region, name and time. */
  openings: Opening[];
  /** Number of instances whose history was read. */
  instances: number;
  ratedBy: RatedBy;
  /** What the openings cannot contain. */
  blindSpots: BlindSpot[];
  /** Empty regions whose last listing is older than the last scan; empty for a question about the past. */
  regionsNotDue: NotDueRegion[];
}

/** Throws CommandError if monitoring had not started. The entries of a span lack attributions; `addActors` adds them. */
export async function findOpenings(
  question: Question,
  deployment: Deployment,
  renderTime: RenderTime,
  onProgress: (line: string) => void,
): Promise<Answer> {
  const { query, from, until } = question;
  const { reader, loadRatedBy, loadScanInterval } = deployment;
  const fleet = await loadWholeFleet(deployment);
  const { states, departed, instances: resources } = fleet;
  const [first] = [...states, ...departed].map(({ firstSeenAt }) => firstSeenAt).sort();
  if (first !== undefined && until < first)
    throw new CommandError(
      `Nothing is known about ${renderTime(until)}: the first scan was at ${renderTime(first)}; expected a later time.`,
    );
  onProgress(`reading the history of ${resources.length} instances`);
  const [ratedBy, slices] = await Promise.all([
    loadRatedBy(until),
    from === until
      ? loadFleetHistory(reader, resources, from)
      : loadPortHistory(reader, { resources, states }, { from, until }, query),
  ]);
  const span = { from, until: new Date(Date.parse(until) + 1).toISOString() };
  const rate = buildRate(ratedBy);
  const openings = slices.flatMap((each) => rateOpenings(each, span, query, rate));
  const blindSpots = listBlindSpots(fleet, until, await loadScanInterval(until));
  const isPast = until < (fleet.lastScan?.startedAt ?? '');
  return {
    openings: openings.sort(compareOpenings(from !== until)),
    instances: resources.length,
    ratedBy,
    blindSpots,
    regionsNotDue: isPast ? [] : listNotDue(fleet.lastScan),
  };
}

/** Adds the attributions to the entries. Only for answers that show them: one more request for each hundred entries. */
export async function addActors(
  openings: readonly Opening[],
  { reader }: Pick<Deployment, 'reader'>,
): Promise<Opening[]> {
  const entries = [...new Set(openings.flatMap((opening) => opening.entries))];
  const known = new Map((await reader.addAttributions(entries)).map((entry) => [placeInTable(entry), entry]));
  return openings.map((opening) => ({
    ...opening,
    entries: opening.entries.map((entry) => known.get(placeInTable(entry)) ?? entry),
  }));
}

const placeInTable = ({ resource, at }: HistoryEntry) => `${at}#${resourceKey(resource)}`;

type Rate = (reach: Reach[], notes: Note[]) => Severity;

/** Remembers each rating: the instances of a fleet are mostly open to the same few sources. */
function buildRate(policy: RatingPolicy): Rate {
  const known = new Map<string, Severity>();
  return (reach, notes) => {
    const text = JSON.stringify([reach, notes]);
    const severity = known.get(text) ?? rateExposure({ reach, dormant: [], notes }, policy).severity;
    known.set(text, severity);
    return severity;
  };
}

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

export const certainties = [
  'open',
  'either',
  'last-known',
  'unknown',
] as const satisfies readonly OpenSpan['certainty'][];

const placeOf = ({ resource, from }: Opening) => `${resource.region}#${resource.instanceName}#${from}`;

const comparePlaces = (a: Opening, b: Opening): number => (placeOf(a) < placeOf(b) ? -1 : 1);

/** At one instant the most certain first; over a span the openings of an instance stay together. */
function compareOpenings(isSpan: boolean): (a: Opening, b: Opening) => number {
  if (isSpan) return comparePlaces;
  return (a, b) => certainties.indexOf(a.certainty) - certainties.indexOf(b.certainty) || comparePlaces(a, b);
}
