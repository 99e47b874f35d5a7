import type { InstanceAnswer } from '../question/answer-question.ts';
import { badge } from './badge.ts';
import { h } from './element.ts';
import { countOf, formatInstant } from './format.ts';
import { appendInBatches } from './long-list.ts';
import { actorOf, textOf } from './page-data.ts';
import { pressable } from './summary.ts';

const maxRows = 25;

/** A button that shows the changes as text, newest first, for screen readers and for printing. */
export function renderChangeList({ instance, changes }: InstanceAnswer, open: (change: number) => void): HTMLElement {
  const holder = h('div', { class: 'card-actions', hidden: changes.length === 0 });
  const button = h(
    'button',
    { type: 'button', class: 'plain', 'aria-expanded': 'false' },
    `List ${countOf(changes.length, 'change')}`,
  );
  const list = h('div', { hidden: true });
  button.addEventListener('click', () => {
    if (list.childElementCount === 0) list.append(...renderRows({ instance, changes }, open));
    list.hidden = !list.hidden;
    button.setAttribute('aria-expanded', String(!list.hidden));
  });
  holder.append(button);
  return h('div', { class: 'change-list' }, holder, list);
}

function renderRows(
  { instance, changes }: Pick<InstanceAnswer, 'instance' | 'changes'>,
  open: (change: number) => void,
): Node[] {
  const rows = h('ol', { class: 'changes' });
  const more = appendInBatches(rows, changes.toReversed(), maxRows, 'change', (number) => {
    const change = instance.changes[number];
    if (change === undefined) return h('li');
    const actor = actorOf(change);
    const what = h(
      'div',
      {},
      pressable(textOf(change.headline), () => open(number)),
      actor === null ? null : h('span', { class: 'by' }, ` by ${actor}`),
    );
    const at = h(
      'time',
      { datetime: new Date(change.at).toISOString() },
      formatInstant(change.at).replace(/:\d\d UTC$/, ''),
    );
    return h('li', {}, at, badge(change.severity), what);
  });
  return [rows, more];
}
