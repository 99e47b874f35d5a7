import { h } from './element.ts';
import { formatCount } from './format.ts';

/** Appends the first `batch` items. Returns the button that appends the next batch. */
export function appendInBatches<Item>(
  parent: HTMLElement,
  items: readonly Item[],
  batch: number,
  noun: string,
  render: (item: Item) => Node,
): HTMLElement {
  const button = h('button', { type: 'button', class: 'more-rows' });
  let shown = 0;
  const showMore = () => {
    parent.append(...items.slice(shown, shown + batch).map(render));
    shown = Math.min(items.length, shown + batch);
    const left = items.length - shown;
    button.hidden = left === 0;
    const next = Math.min(batch, left);
    button.textContent = `Show ${formatCount(next)} more ${noun}${next === 1 ? '' : 's'}${next < left ? ` of ${formatCount(left)}` : ''}`;
  };
  button.addEventListener('click', showMore);
  showMore();
  return button;
}
