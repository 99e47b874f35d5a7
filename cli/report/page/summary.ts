/** Renders the top of the page: four figures, the ports that are open to the world, and the gaps. */
import { severities } from '../../../lambda/firewall/rating/severity.ts';
import { placeSeparator } from '../data/label-region.ts';
import { byEnd, type GapData, type OpenPortData } from '../data/report-data.ts';
import { summariseFleet } from '../question/summarise-fleet.ts';
import { badge } from './badge.ts';
import { byId, type Child, h } from './element.ts';
import { countOf, formatCount, formatDuration, formatInstant, formatShare, formatShort } from './format.ts';
import { appendInBatches } from './long-list.ts';
import { nameOf, report } from './page-data.ts';

/** The number of names and rows that are shown at first. */
const [maxNames, maxRows] = [8, 8];

interface GlanceActions {
  /** Sets the filter to a port, given by its label without the name of the service. */
  askPort: (label: string) => void;
  showInstance: (number: number) => void;
}

const ratedBy = {
  deployment: 'Severities are rated with the settings of the deployment at the end of the span.',
  defaults:
    'Severities are rated with the default settings: the table has no settings of the deployment for this span.',
};

export function renderGlance(actions: GlanceActions): void {
  byId('tiles').append(...listTiles());
  byId('open-ports').append(...renderOpenPorts(actions));
  byId('gaps').append(...renderGaps());
  if (report.problems.length > 0) byId('problems').append(renderProblems());
  byId('rated-by').append(ratedBy[report.ratedBy.settings]);
}

function listTiles(): HTMLElement[] {
  const { instances, openToWorld, worstOpenPort, unreadableNow, gaps, unknownMs, thereMs, changes, changesInAll } =
    summariseFleet(report);
  const bySeverity = severities
    .filter((severity) => changes[severity] > 0)
    .map((severity) => `${formatCount(changes[severity])} ${severity}`);
  const { count, complete, lastAt } = report.scans;
  return [
    tile(
      'open',
      'Open to the world now',
      formatCount(openToWorld),
      `of ${countOf(instances, 'instance')}${worstOpenPort === null ? '' : `; the worst is ${worstOpenPort}`}`,
      openToWorld > 0 && worstOpenPort !== 'low' ? 'bad' : '',
    ),
    tile(
      'gaps',
      'Not readable now',
      formatCount(unreadableNow),
      gaps === 0
        ? 'no gap in this span'
        : `${countOf(gaps, 'gap')} in this span, ${formatDuration(unknownMs)} of the time of all instances`,
      unreadableNow > 0 ? 'warn' : '',
    ),
    tile('changes', 'Changes', formatCount(changesInAll), bySeverity.join(', ') || 'none in this span'),
    tile(
      'coverage',
      'Known',
      formatShare(thereMs - unknownMs, thereMs),
      `of the time of all instances; ${describeScans(count, complete)}${lastAt === null ? '' : `, the last ${formatShort(lastAt)}`}`,
    ),
  ];
}

function describeScans(count: number, complete: number): string {
  if (count === 0) return 'no scan in this span';
  return complete === count
    ? `${countOf(count, 'scan')}, all complete`
    : `${formatCount(complete)} of ${countOf(count, 'scan')} complete`;
}

function tile(id: string, name: string, figure: string, more: string, tone = ''): HTMLElement {
  const value = h('dd', { class: 'figure', 'data-tile': id }, figure);
  return h('div', { class: `tile ${tone}` }, h('dt', {}, name), value, h('dd', { class: 'more' }, more));
}

function renderOpenPorts({ askPort, showInstance }: GlanceActions): HTMLElement[] {
  const title = h('h3', {}, 'Ports open to the world now');
  if (report.openPorts.length === 0) return [title, h('p', { class: 'calm' }, 'None, as far as is known.')];
  const body = h('tbody');
  const more = appendInBatches(body, report.openPorts, maxRows, 'port', (openPort) =>
    renderOpenPort(openPort, askPort, showInstance),
  );
  return [title, h('table', { class: 'stack' }, renderHeader('Port', 'Severity', 'Instances'), body), more];
}

function renderOpenPort(
  { label, severity, instances }: OpenPortData,
  askPort: GlanceActions['askPort'],
  showInstance: GlanceActions['showInstance'],
): HTMLElement {
  const short = label.replace(/ \([^()]*\)$/, '');
  const isAskable = /^(tcp|udp) [\d-]+$/.test(short);
  const name = isAskable ? pressable(label, () => askPort(short)) : h('span', {}, label);
  const shown = instances.slice(0, maxNames);
  const names = h('td', { class: 'wide-cell' }, ...pressableNames(shown, showInstance));
  const rest = instances.length - shown.length;
  if (rest > 0) names.append(isAskable ? ' and ' : ` and ${formatCount(rest)} more`);
  if (rest > 0 && isAskable) names.append(pressable(`${formatCount(rest)} more`, () => askPort(short)));
  return h('tr', { 'data-open-port': label }, h('td', {}, name), h('td', {}, badge(severity)), names);
}

export function pressable(text: string, press: () => void): HTMLElement {
  const button = h('button', { type: 'button', class: 'plain' }, text);
  button.addEventListener('click', press);
  return button;
}

/** The names of instances, with commas between them. */
export function pressableNames(instances: readonly number[], press: (instance: number) => void): Child[] {
  return instances.flatMap((instance, i) => [
    i === 0 ? null : ', ',
    pressable(nameOf(instance), () => press(instance)),
  ]);
}

export function renderHeader(...names: string[]): HTMLElement {
  return h('thead', {}, h('tr', {}, ...names.map((name) => h('th', { scope: 'col' }, name))));
}

function renderGaps(): HTMLElement[] {
  const title = h('h3', {}, 'Gaps');
  const silences = report.scans.silences.map(
    ([from, until, region = 'everything']): GapData => ({
      region,
      name: null,
      from,
      until: until === report.until ? null : until,
      reason: 'no scan ran',
    }),
  );
  const gaps = [...silences, ...report.gaps].sort(byEnd);
  if (gaps.length === 0) return [title, h('p', { class: 'calm' }, 'None in this span.')];
  const body = h('tbody');
  const more = appendInBatches(body, gaps, maxRows, 'gap', renderGap);
  return [title, h('table', { class: 'stack' }, renderHeader('Resource', 'Since', 'Duration', 'Reason'), body), more];
}

function renderGap({ region, name, from, until, reason }: GapData): HTMLElement {
  const whole = region.endsWith('everything') ? region : `${region}, whole region`;
  const what = name === null ? whole : region.includes(placeSeparator) ? `${name} · ${region}` : name;
  const duration = until === null ? `${formatDuration(report.until - from)}, not over` : formatDuration(until - from);
  const since = h('time', { datetime: new Date(from).toISOString(), title: formatInstant(from) }, formatShort(from));
  return h('tr', {}, h('td', {}, what), h('td', { class: 'when' }, since), h('td', {}, duration), h('td', {}, reason));
}

function renderProblems(): HTMLElement {
  const list = h('ul');
  const more = appendInBatches(list, report.problems, 5, 'line', (text) => h('li', {}, text));
  return h(
    'div',
    { class: 'notice' },
    h('p', {}, 'Some entries of the history could not be read; the page shows the other entries.'),
    list,
    more,
  );
}
