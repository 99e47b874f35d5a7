/** Renders the answer to the filter as a sentence, and each opening as a row: instance, port, sources, time span and actor. */
import { describePorts } from '../../../lambda/firewall/wording/describe-ports.ts';
import type { ChangeData, InstanceData } from '../data/report-data.ts';
import type { Answer, InstanceAnswer } from '../question/answer-question.ts';
import { findInLane, type Opening, sumMs } from '../question/find-openings.ts';
import { byId, type Child, h } from './element.ts';
import { countOf, formatCount, formatDuration, formatInstant, formatShort, listSome } from './format.ts';
import { appendInBatches } from './long-list.ts';
import { actorOf, nameOf, report, setOf } from './page-data.ts';
import { pressable, renderHeader } from './summary.ts';

const [maxNames, maxRows] = [6, 20];

interface AnswerActions {
  showInstance: (number: number) => void;
  showChange: (number: number, change: number) => void;
}

export function renderAnswer(answer: Answer, actions: AnswerActions): void {
  byId('answer').textContent = [
    ...Object.values(answer.problems).map((problem) => `Wrong filter: ${problem}`),
    describeAnswer(answer),
  ].join(' ');
  byId('openings').replaceChildren(...(answer.isAboutPorts ? renderOpenings(answer, actions) : []));
}

function describeAnswer(answer: Answer): string {
  if (answer.isAboutPorts) return describePortAnswer(answer);
  const { instances, question } = answer;
  const changes = instances.reduce((sum, { changes: own }) => sum + own.length, 0);
  return `Showing ${countOf(instances.length, 'instance')} of ${formatCount(report.instances.length)} and ${countOf(changes, 'change')}, ${describeSpan(question)}.`;
}

function describeSpan({ from, until }: Answer['question']): string {
  return from === until ? `at ${formatInstant(from)}` : `between ${formatInstant(from)} and ${formatInstant(until)}`;
}

function describePortAnswer({ instances, unknownInstances, question }: Answer): string {
  const what = describePortQuery(question.portQuery);
  const source = question.address === null ? '' : ` to ${question.address}`;
  const sure = instances.filter(({ openings }) => openings.some(isSure));
  const unsure = instances.filter((each) => !sure.includes(each));
  const of = `of ${countOf(report.instances.length, 'instance')}`;
  const first =
    sure.length === 0
      ? `As far as is known, no instance had ${what} open${source}, ${describeSpan(question)}.`
      : `${what.replace(/^(a )?port/, capitalise)} was open${source} on ${formatCount(sure.length)} ${of}, ${describeSpan(question)}: ${nameAll(sure)}.`;
  const maybe =
    unsure.length === 0 ? '' : ` It may have been open on ${formatCount(unsure.length)} more: ${nameAll(unsure)}.`;
  const unknown =
    unknownInstances.length === 0
      ? ''
      : ` For a part of that time it is unknown on ${countOf(unknownInstances.length, 'other instance')}, which could not be read or was not watched: ${nameAll(unknownInstances)}.`;
  return first + maybe + unknown;
}

function describePortQuery(portQuery: Answer['question']['portQuery']): string {
  if (portQuery === null) return 'a port';
  const { protocol, from, to } = portQuery;
  if (protocol !== null) return describePorts(protocol, from, to);
  return from === to ? `port ${from}` : `a port of ${from} to ${to}`;
}

const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const isSure = ({ pieces, match }: Opening) =>
  match !== 'maybe' && pieces.some(({ certainty }) => certainty === 'open');

const nameAll = (answers: readonly InstanceAnswer[]) =>
  listSome(
    answers.map(({ number }) => nameOf(number)),
    maxNames,
  );

function renderOpenings({ instances, question }: Answer, actions: AnswerActions): Node[] {
  const rows = instances.flatMap((answer) => answer.openings.map((opening) => ({ answer, opening })));
  if (rows.length === 0) return [];
  const names = ['Instance', 'Port', 'Open to', 'Opened', 'Closed', 'Duration', 'Opened by'];
  const body = h('tbody');
  const more = appendInBatches(body, rows, maxRows, 'row', ({ answer, opening }) =>
    renderOpening(answer, opening, question, actions),
  );
  return [
    h(
      'table',
      { class: 'stack openings' },
      h('caption', { class: 'visually-hidden' }, 'Times in which the port was open'),
      renderHeader(...names),
      body,
    ),
    more,
  ];
}

function renderOpening(
  { instance, number }: InstanceAnswer,
  opening: Opening,
  question: Answer['question'],
  actions: AnswerActions,
): HTMLElement {
  const lane = instance.lanes[opening.lane];
  const whole = findWhole(instance, opening, question);
  const sources = opening.sets.flatMap((set) => setOf(set) ?? []).map((set) => set.phrase);
  const cells: [Child[], string][] = [
    [[pressable(instance.name, () => actions.showInstance(number)), ` ${instance.region}`], 'wide-cell'],
    [[lane?.label ?? ''], ''],
    [[opening.match === 'maybe' ? 'perhaps ' : '', [...new Set(sources)].slice(0, 3).join('; then ')], ''],
    [[describeStart(whole)], 'wide-cell'],
    [[describeEnd(whole)], 'wide-cell'],
    [[describeLength(whole)], ''],
    [renderOpener(instance, number, whole, actions), 'wide-cell'],
  ];
  return h('tr', {}, ...cells.map(([children, className]) => h('td', { class: className || null }, ...children)));
}

/** Finds the whole opening in the span of the report. The queried span can contain only a part of the opening. */
function findWhole({ lanes }: InstanceData, opening: Opening, question: Answer['question']): Opening {
  const whole = { ...question, from: report.from, until: report.until, isAtEnd: true };
  const lane = lanes[opening.lane];
  const found = lane === undefined ? [] : findInLane(lane, opening.lane, whole);
  return found.find(({ from, until }) => from <= opening.from && opening.until <= until) ?? opening;
}

function describeStart({ from, pieces: [first] }: Opening): string {
  if (first?.certainty === 'either') return formatWindow(from, first.until);
  return from <= report.from ? `before ${formatShort(from)}` : formatShort(from);
}

function describeEnd({ until, pieces }: Opening): string {
  const last = pieces.at(-1);
  if (until >= report.until) return last?.certainty === 'last-known' ? 'unknown: not readable' : 'still open';
  return last?.certainty === 'either' && pieces.length > 1 ? formatWindow(last.from, until) : formatShort(until);
}

/** `10 Nov 11:20–11:40`: the change happened at an unknown time within this window. */
function formatWindow(from: number, until: number): string {
  const [start, end] = [formatShort(from), formatShort(until)];
  return start.slice(0, -5) === end.slice(0, -5) ? `${start}–${end.slice(-5)}` : `${start} – ${end}`;
}

function describeLength(opening: Opening): string {
  const [sure, unread] = [sumMs([opening], 'open'), sumMs([opening], 'last-known')];
  const length = sure === 0 ? `at most ${formatDuration(opening.until - opening.from)}` : formatDuration(sure + unread);
  return unread === 0 ? length : `${length}, ${formatDuration(unread)} of it not readable`;
}

function renderOpener(
  instance: InstanceData,
  number: number,
  { from, pieces: [first] }: Opening,
  { showChange }: AnswerActions,
): Child[] {
  const at = first?.certainty === 'either' ? first.until : from;
  const change = instance.changes.findIndex((each) => each.at === at && each.opened !== null);
  const found = instance.changes[change];
  if (found?.kind === 'baseline') return ['open at the first read'];
  if (found === undefined) return [from <= report.from ? 'before this report' : 'not known'];
  return [pressable(describeOpener(found), () => showChange(number, change))];
}

const describeOpener = (change: ChangeData) => actorOf(change) ?? `not known; change of ${formatShort(change.at)}`;
