/** The first tables of the page, if anything was ever approved: open exposure that is not approved, and the approvals. */
import type { ApprovalData, UnapprovedData } from '../data/report-data.ts';
import { badge } from './badge.ts';
import { byId, h } from './element.ts';
import { formatCount, formatDuration, formatInstant, formatShort } from './format.ts';
import { appendInBatches } from './long-list.ts';
import { nameOf, report } from './page-data.ts';
import { pressable, pressableNames, renderHeader } from './summary.ts';

/** The number of rows, names and lines that are shown before "more". */
const [maxRows, maxNames, maxLines] = [8, 8, 4];

type ShowInstance = (number: number) => void;

export function renderApprovals(showInstance: ShowInstance): void {
  const { unapproved, approvals } = report;
  if (unapproved === null) return;
  const place = byId('unapproved');
  place.append(h('h3', {}, 'Open and not approved now'));
  if (unapproved.length === 0) place.append(h('p', { class: 'calm' }, 'Everything that is open is approved.'));
  else
    place.append(
      ...renderTable(['Instance', 'Severity', 'Open and not approved', 'Open since'], unapproved, 'instance', (one) =>
        renderUnapproved(one, showInstance),
      ),
    );
  if (approvals.length === 0) return;
  place.append(
    h('h3', {}, 'Approved now'),
    ...renderTable(['Approved', 'Reason', 'By', 'Until', 'Covers'], approvals, 'approval', (one) =>
      renderApproval(one, showInstance),
    ),
  );
}

function renderTable<Row>(
  names: readonly string[],
  rows: readonly Row[],
  noun: string,
  render: (row: Row) => HTMLElement,
): HTMLElement[] {
  const body = h('tbody');
  const more = appendInBatches(body, rows, maxRows, noun, render);
  return [h('table', { class: 'stack' }, renderHeader(...names), body), more];
}

function renderUnapproved(
  { instance, severity, list, since }: UnapprovedData,
  showInstance: ShowInstance,
): HTMLElement {
  const name = report.instances[instance]?.name ?? '';
  return h(
    'tr',
    { 'data-unapproved': name },
    h(
      'td',
      {},
      pressable(nameOf(instance), () => showInstance(instance)),
    ),
    h('td', {}, badge(severity)),
    h('td', { class: 'wide-cell' }, describeList(list)),
    h('td', { class: 'when' }, renderSince(since)),
  );
}

/** `null`: the exposure was open before the span of the page. */
function renderSince(since: number | null): HTMLElement | string {
  if (since === null) return `before ${formatShort(report.from)}`;
  const attributes = { datetime: new Date(since).toISOString(), title: formatInstant(since) };
  return h('time', attributes, `${formatShort(since)} (${formatDuration(report.until - since)})`);
}

function renderApproval(
  { id, by, reason, until, list, instances }: ApprovalData,
  showInstance: ShowInstance,
): HTMLElement {
  const covers = h('td', { class: 'wide-cell' }, ...pressableNames(instances.slice(0, maxNames), showInstance));
  const more = instances.length - maxNames;
  covers.append(instances.length === 0 ? 'nothing that is open' : more > 0 ? ` and ${formatCount(more)} more` : '');
  return h(
    'tr',
    { 'data-approval': id },
    h('td', {}, describeList(list)),
    h('td', {}, reason),
    h('td', {}, by),
    h('td', { class: 'when' }, until === null ? 'no end' : formatInstant(until)),
    covers,
  );
}

function describeList(number: number): string {
  const { phrases, more } = report.lists[number] ?? { phrases: [], more: 0 };
  const shown = phrases.slice(0, maxLines).map(([what, from]) => `${what} from ${from}`);
  const left = phrases.length - shown.length + more;
  return `${shown.join('; ')}${left > 0 ? ` and ${formatCount(left)} more` : ''}`;
}
