import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import type { RatingPolicy } from '../../../lambda/firewall/index.ts';
import { describePorts } from '../../../lambda/firewall/wording/describe-ports.ts';
import { resourceKey } from '../../../lambda/history/resource-key.ts';
import { cacheByKey } from '../../questions/cache-by-key.ts';
import type { PortQuery } from '../../questions/port-query.ts';
import { describeMissing } from '../../text/describe-blind-spot.ts';
import { describeGap } from '../../text/describe-gap.ts';
import { describeNotDue } from '../../text/describe-not-due.ts';
import { listOpen } from '../../text/list-reach.ts';
import { placeTitles, renderPlace } from '../../text/render-place.ts';
import { renderRatedBy } from '../../text/render-rated-by.ts';
import { severityStyles } from '../../text/render-severity.ts';
import { renderTable } from '../../text/render-table.ts';
import type { Style, Terminal } from '../../text/terminal.ts';
import type { RenderTime } from '../../time/render-time.ts';
import type { Answer, Opening, Question } from './find-exposed-instances.ts';

/** The limit for each opening, in lines. `--json` has no limit. */
const maxLines = 6;

/**
 * In columns. On a terminal of this width or more, the table has a column for each value. On a narrower terminal, the region is below the
 * name, and the end of a span is below the start.
 */
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
  // In an answer about a month, the same few texts can occur thousands of times, so rendered texts are cached.
  const describe = cacheByKey(
    (opening: OpenTo) => describeOpen(opening, answer.ratedBy, renderTime),
    ({ certainty, reach, maybe, notes, gap }) => JSON.stringify([certainty === 'unknown', reach, maybe, notes, gap]),
  );
  const rows = answer.openings.map((opening) => [
    out.style(styleOf(opening), labels[opening.certainty]),
    ...renderPlace(opening.resource, isRoomy, out, answer.names),
    ...(isSpan ? renderSpan(opening, question, isRoomy, renderTime) : []),
    describe(opening),
  ]);
  const times = isRoomy ? ['FROM', 'UNTIL'] : ['FROM, UNTIL'];
  const head = ['CERTAINTY', ...placeTitles(isRoomy, answer.names), ...(isSpan ? times : []), 'OPEN'];
  const table = rows.length === 0 ? [] : [renderTable(head, rows, width, out), ''];
  return [...table, renderSummary(question, answer, renderTime), ...renderRatedBy(answer.ratedBy)].join('\n');
}

function styleOf({ severity, certainty }: Opening): Style {
  return certainty === 'unknown' || severity === null ? 'yellow' : severityStyles[severity];
}

/** `opening.until` is the first instant after the opening. `question.until` is the last instant of the question. */
function renderSpan({ from, until }: Opening, question: Question, isRoomy: boolean, renderTime: RenderTime): string[] {
  const begin = from === question.from ? 'already' : renderTime(from);
  const end = until > question.until ? 'still' : renderTime(until);
  return isRoomy ? [begin, end] : [`${begin}\n${end}`];
}

type OpenTo = Pick<Opening, 'certainty' | 'reach' | 'maybe' | 'notes' | 'gap'>;

function describeOpen(
  { certainty, reach, maybe, notes, gap }: OpenTo,
  policy: RatingPolicy,
  renderTime: RenderTime,
): string {
  const unread = gap === null ? 'the firewall could not be read, or was not watched' : describeGap(gap, renderTime);
  if (certainty === 'unknown') return `not known: ${unread}`;
  const list = (one: OpenTo['reach']) => listOpen({ reach: one, notes }, policy, maxLines);
  const more = maybe.length === 0 ? [] : list(maybe).map((line) => `perhaps ${line}`);
  return [...list(reach), ...more, ...(gap === null ? [] : [`(${unread})`])].join('\n');
}

function renderSummary(
  { query, from, until }: Question,
  { openings, instances, accounts, blindSpots, regionsNotDue, names }: Answer,
  renderTime: RenderTime,
): string {
  const when = from === until ? `at ${renderTime(from)}` : `from ${renderTime(from)} to ${renderTime(until)}`;
  const count = (wanted: (opening: Opening) => boolean) =>
    new Set(openings.filter(wanted).map(({ resource }) => `${resource.account}#${resourceKey(resource)}`)).size;
  const open = count(({ certainty }) => certainty === 'open');
  const perhaps = count(({ certainty }) => certainty !== 'open');
  const found = [...(open > 0 ? [`open on ${open}`] : []), ...(perhaps > 0 ? [`perhaps on ${perhaps}`] : [])].join(
    ', ',
  );
  const asked = `of ${renderCount(instances, 'instance')} that exist or existed${names === null ? '' : ` in ${renderCount(accounts, 'account')}`}`;
  const missing = describeMissing(blindSpots, renderTime, names);
  const none = missing === null ? 'open on none' : 'not known to be open on any';
  const summary = `${describePortQuery(query)} ${when}: ${found === '' ? none : found} ${asked}.`;
  return [summary, ...describeNotDue(regionsNotDue, renderTime), ...(missing === null ? [] : [missing])].join('\n');
}

export function describePortQuery({ protocol, from, to, source }: PortQuery): string {
  const whole = from === 0 && to === 65_535;
  const ports = protocol === null ? describeAnyPorts(from, to, whole) : describePorts(protocol, from, to);
  return `${ports}${source === null ? '' : ` from ${renderPlain(source, 60)}`}`;
}

function describeAnyPorts(from: number, to: number, isWhole: boolean): string {
  if (isWhole) return 'anything';
  return from === to ? `port ${from}` : `ports ${from}-${to}`;
}
