/** Who could come through a door, for a person. */
import { countOf } from '../../../lambda/alerts/count-of.ts';
import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { describePorts } from '../../../lambda/firewall/wording/describe-ports.ts';
import type { Door } from '../../questions/who-could-reach.ts';
import { listReach } from '../../text/list-reach.ts';
import { renderPlace } from '../../text/render-place.ts';
import { renderTable } from '../../text/render-table.ts';
import type { RenderTime } from '../../text/render-time.ts';
import { severityStyles } from '../../text/severity-style.ts';
import type { Style, Terminal } from '../../text/terminal.ts';
import type { Answer, Opening, Question } from './find-openings.ts';

/** Lines of one instance; the JSON has them all. */
const maxLines = 6;

/** On a narrower terminal regions stand below names, and ends below beginnings. */
const roomyWidth = 120;

const labels: Readonly<Record<Opening['certainty'], string>> = {
  open: 'OPEN',
  either: 'EITHER',
  'last-known': 'LAST KNOWN',
  unknown: 'UNKNOWN',
};

export function renderExposed(question: Question, answer: Answer, renderTime: RenderTime, terminal: Terminal): string {
  const { out, width } = terminal;
  const isRoomy = width >= roomyWidth;
  const isSpan = question.from !== question.until;
  const renderWho = rememberWho();
  const rows = answer.openings.map((opening) => [
    out.style(styleOf(opening), labels[opening.certainty]),
    ...renderPlace(opening.resource, isRoomy, out),
    ...(isSpan ? renderWhile(opening, question, isRoomy, renderTime) : []),
    renderWho(opening),
  ]);
  const times = isRoomy ? ['FROM', 'UNTIL'] : ['FROM, UNTIL'];
  const head = ['HOW SURE', 'INSTANCE', ...(isRoomy ? ['REGION'] : []), ...(isSpan ? times : []), 'LET IN'];
  const table = rows.length === 0 ? [] : [renderTable(head, rows, width, out), ''];
  return [...table, renderSummary(question, answer, renderTime)].join('\n');
}

function styleOf({ severity, certainty }: Opening): Style {
  return certainty === 'unknown' || severity === null ? 'yellow' : severityStyles[severity];
}

/** The last moment asked about belongs to the span. */
function renderWhile({ from, until }: Opening, question: Question, isRoomy: boolean, renderTime: RenderTime): string[] {
  const begin = from === question.from ? 'already' : renderTime(from);
  const end = until > question.until ? 'still' : renderTime(until);
  return isRoomy ? [begin, end] : [`${begin}\n${end}`];
}

type Who = Pick<Opening, 'certainty' | 'reach' | 'maybe'>;

/** Over a month the same few are let in thousands of times. */
function rememberWho(): (opening: Who) => string {
  const known = new Map<string, string>();
  return ({ certainty, reach, maybe }) => {
    const text = JSON.stringify([certainty === 'unknown', reach, maybe]);
    const who = known.get(text) ?? describeWho({ certainty, reach, maybe });
    known.set(text, who);
    return who;
  };
}

function describeWho({ certainty, reach, maybe }: Who): string {
  if (certainty === 'unknown') return 'not known: it could not be read';
  const more = maybe.length === 0 ? [] : listReach(maybe, maxLines).map((line) => `perhaps ${line}`);
  return [...listReach(reach, maxLines), ...more].join('\n');
}

function renderSummary(
  { door, from, until }: Question,
  { openings, instances }: Answer,
  renderTime: RenderTime,
): string {
  const when = from === until ? `at ${renderTime(from)}` : `from ${renderTime(from)} to ${renderTime(until)}`;
  const count = (wanted: (opening: Opening) => boolean) =>
    new Set(openings.filter(wanted).map(({ resource }) => `${resource.region}#${resource.instanceName}`)).size;
  const open = count(({ certainty }) => certainty === 'open');
  const perhaps = count(({ certainty }) => certainty !== 'open');
  const found = [...(open > 0 ? [`open on ${open}`] : []), ...(perhaps > 0 ? [`perhaps on ${perhaps}`] : [])].join(
    ', ',
  );
  const asked = `of ${countOf(instances, 'instance')} that there are or were`;
  return `${describeDoor(door)} ${when}: ${found === '' ? `open on none ${asked}` : `${found} ${asked}`}.`;
}

export function describeDoor({ protocol, from, to, source }: Door): string {
  const whole = from === 0 && to === 65_535;
  const ports = protocol === null ? describeAnyPorts(from, to, whole) : describePorts(protocol, from, to);
  return `${ports}${source === null ? '' : ` from ${renderPlain(source, 60)}`}`;
}

function describeAnyPorts(from: number, to: number, isWhole: boolean): string {
  if (isWhole) return 'anything';
  return from === to ? `port ${from}` : `ports ${from}-${to}`;
}
