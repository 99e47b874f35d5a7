/** Asks the history of every instance, those that are gone included, whether a door stood open. */
import { resourceKey } from '../../../lambda/contract/table-keys.ts';
import {
  type Note,
  type RatingPolicy,
  type Reach,
  rateExposure,
  type Severity,
} from '../../../lambda/firewall/index.ts';
import type { HistoryEntry, Resource } from '../../../lambda/history/entry.ts';
import { emptyTable } from '../../aws/find-instance.ts';
import { listInstances, loadFleetHistory } from '../../aws/load-fleet-history.ts';
import { loadPortHistory } from '../../aws/load-port-history.ts';
import type { Deployment } from '../../aws/open-deployment.ts';
import { CommandError } from '../../command-error.ts';
import type { HistorySlice } from '../../questions/history-slice.ts';
import { findOpenSpans, type OpenSpan, type PortQuery } from '../../questions/open-spans.ts';
import type { RatedBy } from '../../questions/rated-by.ts';
import type { RenderTime } from '../../text/render-time.ts';

/** Both instants belong to what is asked about; they may be the same. */
export interface Question {
  door: PortQuery;
  from: string;
  until: string;
}

export interface Opening extends OpenSpan {
  resource: Resource;
  /** Of what could come through; `null`: nobody knows what could. */
  severity: Severity | null;
}

export interface Answer {
  /** Of an instant by how sure it is, of a span by region, name and time. */
  openings: Opening[];
  /** Instances whose history was asked. */
  instances: number;
  ratedBy: RatedBy;
}

/** Throws CommandError where nothing was watched yet. `addActors` completes the entries of a span. */
export async function findOpenings(
  question: Question,
  { reader, account, tableName, ask, loadRatedBy }: Deployment,
  renderTime: RenderTime,
  onProgress: (line: string) => void,
): Promise<Answer> {
  const { door, from, until } = question;
  const [fleet, departed] = await ask(Promise.all([reader.loadFleet(), reader.loadDeparted()]));
  const { states, refused, lastScan } = fleet;
  if (states.length === 0 && departed.length === 0 && refused.length === 0 && lastScan === null)
    throw emptyTable({ tableName, account });
  const [first] = [...states, ...departed].map(({ firstSeenAt }) => firstSeenAt).sort();
  if (first !== undefined && until < first)
    throw new CommandError(
      `Nothing is known of ${renderTime(until)}: watching began at ${renderTime(first)}; expected a time since then.`,
    );
  const resources = listInstances(states, departed);
  onProgress(`asking the history of ${resources.length} instances`);
  const [ratedBy, slices] = await Promise.all([
    loadRatedBy(until),
    ask(
      from === until
        ? loadFleetHistory(reader, resources, from)
        : loadPortHistory(reader, { resources, states }, { from, until }, door),
    ),
  ]);
  const span = { from, until: new Date(Date.parse(until) + 1).toISOString() };
  const rate = buildRate(ratedBy);
  const openings = slices.flatMap((each) => judge(each, span, door, rate));
  return { openings: openings.sort(compareOpenings(from !== until)), instances: resources.length, ratedBy };
}

/** The same openings, their entries with what was found later of who did it: for whoever shows it, as it is much to read. */
export async function addActors(
  openings: readonly Opening[],
  { reader, ask }: Pick<Deployment, 'reader' | 'ask'>,
): Promise<Opening[]> {
  const entries = [...new Set(openings.flatMap((opening) => opening.entries))];
  const known = new Map((await ask(reader.addAttributions(entries))).map((entry) => [placeInTable(entry), entry]));
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

function judge(slice: HistorySlice, span: { from: string; until: string }, door: PortQuery, rate: Rate): Opening[] {
  return findOpenSpans(slice, span, door).map((open) => {
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

/** At one instant the surest first; over a span an instance's own story stays together. */
function compareOpenings(isSpan: boolean): (a: Opening, b: Opening) => number {
  if (isSpan) return comparePlaces;
  return (a, b) => certainties.indexOf(a.certainty) - certainties.indexOf(b.certainty) || comparePlaces(a, b);
}
