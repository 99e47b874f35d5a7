/** Decides which instances, changes and openings the page shows for a filter. Pure. */

import { matchesGlob } from '../../../lambda/firewall/rating/glob.ts';
import { type Severity, severities } from '../../../lambda/firewall/rating/severity.ts';
import { CommandError } from '../../command-error.ts';
import { parsePortQuery, type QueriedPorts } from '../../options/parse-port-query.ts';
import { cacheByKey } from '../../questions/cache-by-key.ts';
import { placeSeparator } from '../data/label-region.ts';
import { absentKinds, type ChangeData, type InstanceData, type ReportData, spanKinds } from '../data/report-data.ts';
import type { Filter } from './filter.ts';
import { findOpenings, type Opening, type Question } from './find-openings.ts';
import { isNetwork, isSharedBy, matchSources } from './match-sources.ts';
import { overlapsPortQuery } from './overlaps-port-query.ts';

export interface Answer {
  question: Question;
  /** True if the filter names a port, an address or an instant: the answer then lists openings. */
  isAboutPorts: boolean;
  /** The fields of the filter that are not understood, with the problem. Such a field has no effect. */
  problems: Partial<Record<keyof Filter, string>>;
  /** In the order of `sortWorstFirst`: existing instances first, then by the severity of the exposure. */
  instances: InstanceAnswer[];
  /** Instances without an opening that were unreadable or not watched for a part of the span. Empty if `isAboutPorts` is false. */
  unknownInstances: InstanceAnswer[];
}

export interface InstanceAnswer {
  /** The index of the instance in the report. */
  number: number;
  instance: InstanceData;
  openings: Opening[];
  /** Indexes of the instance's changes that match the filter, oldest first. */
  changes: number[];
  /** Milliseconds of the span in which the instance could not be read. */
  unknownMs: number;
  /** True if the instance could not be read, or was not watched, at some time of the span. */
  isUnknown: boolean;
  /** True if the instance existed at some time of the span. */
  isThere: boolean;
}

export function answerQuestion(data: ReportData, filter: Filter): Answer {
  const { question, problems } = readQuestion(data, filter);
  const isAboutPorts = question.portQuery !== null || question.address !== null || filter.at !== null;
  const named = data.instances.flatMap((instance, number) =>
    isNamed(instance, filter) ? [answerForInstance(data, instance, number, question, filter)] : [],
  );
  const instances = named.filter((answer) => isShown(answer, isAboutPorts, filter));
  const unknownInstances = isAboutPorts
    ? named.filter(({ openings, isUnknown }) => openings.length === 0 && isUnknown)
    : [];
  return { question, isAboutPorts, problems, instances, unknownInstances };
}

function readQuestion(data: ReportData, filter: Filter): Pick<Answer, 'question' | 'problems'> {
  const problems: Answer['problems'] = {};
  const portQuery = readPortQuery(filter.port, problems);
  const isAddress = isNetwork(filter.address);
  if (filter.address !== '' && !isAddress)
    problems.address =
      'the address is not valid; expected an address or a network such as 203.0.113.7, 198.51.100.0/24 or 2001:db8::/32.';
  const [from, until] = readSpan(data, filter, problems);
  const address = isAddress ? filter.address : null;
  const setOf = (set: number) => data.sourceSets[set] ?? { sources: [] };
  // Tens of thousands of spans have the same few source sets, so each result is computed once.
  const matchSet = cacheByKey((set: number) => matchSources(setOf(set), address));
  const isSharedSet = cacheByKey((sets: string) =>
    isSharedBy(
      sets.split(',').map((set) => setOf(Number(set)).sources),
      address,
    ),
  );
  const isShared = (sets: readonly number[]) => sets.length === 1 || isSharedSet(sets.join());
  return { question: { portQuery, address, matchSet, isShared, from, until, isAtEnd: until === data.until }, problems };
}

/** Accepts the same texts as the command line. */
function readPortQuery(text: string, problems: Answer['problems']): QueriedPorts | null {
  if (text === '') return null;
  try {
    return parsePortQuery(text);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    problems.port = error.message;
    return null;
  }
}

function readSpan(data: ReportData, { from, until, at }: Filter, problems: Answer['problems']): [number, number] {
  if (at !== null) {
    if (at >= data.from && at <= data.until) return [at, at];
    problems.at = 'the time is outside of the span of this report.';
  }
  const [start, end] = [Math.max(from ?? data.from, data.from), Math.min(until ?? data.until, data.until)];
  if (start < end) return [start, end];
  problems.from = 'the span is empty, or outside of the span of this report.';
  return [data.from, data.until];
}

function isNamed({ region, name }: InstanceData, filter: Filter): boolean {
  if (filter.region !== '' && filter.region !== region && !region.startsWith(`${filter.region}${placeSeparator}`))
    return false;
  const wanted = filter.instance.toLowerCase();
  const pattern = /[*?]/.test(wanted) ? wanted : `*${wanted}*`;
  return wanted === '' || matchesGlob(pattern, name.toLowerCase());
}

function answerForInstance(
  data: ReportData,
  instance: InstanceData,
  number: number,
  question: Question,
  { severity }: Filter,
): InstanceAnswer {
  const changes = instance.changes.flatMap((change, i) =>
    isInSpan(change, question) && isAsBad(change.severity, severity) && isAbout(data, change, question) ? [i] : [],
  );
  const present = instance.states.filter(
    ([from, until]) => overlapOf(from, until, question) > 0 || holds(from, until, question),
  );
  const named = (...wanted: (typeof spanKinds)[number][]) =>
    present.filter(([, , kind]) => wanted.some((each) => each === spanKinds[kind]));
  const unread = named('unknown');
  return {
    number,
    instance,
    openings: findOpenings(instance, question),
    changes,
    unknownMs: unread.reduce((sum, [from, until]) => sum + Math.max(0, overlapOf(from, until, question)), 0),
    isUnknown: named('unknown', 'not-watched').length > 0,
    isThere: present.length > named(...absentKinds).length,
  };
}

function overlapOf(from: number, until: number, question: Question): number {
  return Math.min(until, question.until) - Math.max(from, question.from);
}

function holds(from: number, until: number, { from: at, until: end, isAtEnd }: Question): boolean {
  return at === end && from <= at && (at < until || (isAtEnd && at === until));
}

/** True if the window in which the change happened overlaps the queried span. */
function isInSpan({ at, after, before = at }: ChangeData, { from, until }: Question): boolean {
  return Math.min(after ?? before, before, at) <= until && Math.max(before, at) >= from;
}

const isAsBad = (severity: Severity, threshold: Severity | '') =>
  threshold === '' || severities.indexOf(severity) <= severities.indexOf(threshold);

/** True if the change opened or closed one of the queried ports for the address, or if this is not certain. A gap concerns every port. */
function isAbout(
  data: ReportData,
  { opened, closed, kind, isLeftOut, isOdd }: ChangeData,
  { portQuery, address, matchSet }: Question,
): boolean {
  if (kind === 'gap' || kind === 'gap-over' || isLeftOut) return true;
  const lists = [opened, closed].flatMap((list) => (list === null ? [] : (data.lists[list]?.reaches ?? [])));
  if (portQuery === null && address === null) return true;
  return lists.some((number) => {
    const [protocol, from, to, set] = data.reaches[number] ?? ['', 0, 0, -1];
    return (
      (portQuery === null || overlapsPortQuery(portQuery, protocol, from, to)) &&
      (isOdd === true || matchSet(set) !== 'none')
    );
  });
}

/**
 * With a port, an address or an instant, an instance without an opening is hidden. An instance that is known to be below the minimum
 * severity is shown only if one of its changes matches the filter. So is an instance that did not exist in the span.
 */
function isShown(
  { openings, changes, instance, isThere }: InstanceAnswer,
  isAboutPorts: boolean,
  filter: Filter,
): boolean {
  if (isAboutPorts && openings.length === 0) return false;
  const { severity, status } = instance;
  const isRated = severity !== null && status !== 'unknown';
  if (isRated && changes.length === 0 && !isAsBad(severity, filter.severity)) return false;
  return isThere || changes.length > 0;
}
