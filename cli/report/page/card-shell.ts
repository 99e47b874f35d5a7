/** The content of a card before its lanes are drawn. */

import { isThere } from '../data/report-data.ts';
import type { InstanceAnswer } from '../question/answer-question.ts';
import { badge } from './badge.ts';
import { maxLanes } from './card-lanes.ts';
import { h } from './element.ts';
import { countOf, formatDuration, formatInstant } from './format.ts';
import { listOf } from './page-data.ts';

export function renderShell({ instance, number, changes, unknownMs }: InstanceAnswer): HTMLElement {
  const { name, region, publicIpAddress, severity, status, confirmedAt } = instance;
  const isPresent = isThere(status);
  const header = h(
    'header',
    {},
    h('h3', { id: `i-${number}`, tabindex: '-1' }, name),
    h('span', { class: 'region' }, region),
    publicIpAddress === null ? null : h('span', { class: 'address' }, publicIpAddress),
    isPresent ? badge(severity) : null,
  );
  const parts = [
    countOf(changes.length, 'change'),
    unknownMs === 0 ? null : `${formatDuration(unknownMs)} not readable`,
    confirmedAt === null || !isPresent ? null : `last confirmed ${formatInstant(confirmedAt)}`,
  ];
  const meta = h('p', { class: 'meta' }, parts.filter((part) => part !== null).join(' · '));
  const notes = instance.notes.slice(0, 3).map((note) => h('p', { class: 'note' }, note));
  const card = h(
    'article',
    { class: 'card', 'aria-labelledby': `i-${number}`, 'data-instance': `${region}/${name}` },
    header,
    h('p', { class: 'now' }, describeNow(instance)),
    meta,
    ...notes,
  );
  // Reserves the space of the lanes that are drawn later, so that the page does not jump.
  card.style.containIntrinsicSize = `auto ${8 + Math.min(maxLanes, instance.lanes.length) * 1.5}rem`;
  return card;
}

function describeNow(instance: InstanceAnswer['instance']): string {
  const list = listOf(instance.now);
  const phrases = (list?.phrases ?? []).map(([what, from]) => `${what} to ${from}`);
  const more = list?.more ?? 0;
  const what = [...phrases, ...(more > 0 ? [`${more} more`] : [])].join('; ');
  switch (instance.status) {
    case 'gone':
      return 'Deleted.';
    case 'not-seen-yet':
    case 'not-watched':
      return 'Not seen yet.';
    case 'unknown':
      if (instance.reason === 'never read') return "Can't be read, and was never read: what is open is not known.";
      if (instance.reason === 'expired') return 'The history of that time has expired: what was open is not known.';
      return what === ''
        ? "Can't be read; nothing was open at the last read."
        : `Can't be read; open at the last read: ${what}.`;
    default:
      return what === '' ? 'Nothing is open.' : `Open: ${what}.`;
  }
}
