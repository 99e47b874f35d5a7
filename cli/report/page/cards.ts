/** One card an instance: what it exposes, and its lanes. A card is drawn when it comes near the screen, or is to be printed. */
import type { Answer, InstanceAnswer } from '../question/answer-question.ts';
import { sumMs } from '../question/find-openings.ts';
import { badge } from './badge.ts';
import { renderDetails } from './change-details.ts';
import { renderChangeList } from './change-list.ts';
import { byId, h } from './element.ts';
import { countOf, formatDuration, formatInstant } from './format.ts';
import { appendInBatches } from './long-list.ts';
import { renderMarks } from './marks.ts';
import { nowOf } from './report.ts';
import { drawSpans, drawTrack, share, ticksOf, type Window, widestOf } from './timeline.ts';

/** Lanes that are drawn at first. */
const maxLanes = 24;

export interface CardActions {
  /** `null`: nothing is open any more. */
  onOpen: (number: number, change: number | null) => void;
}

interface Card {
  answer: InstanceAnswer;
  element: HTMLElement;
  isDrawn: boolean;
}

export class Cards {
  readonly #actions: CardActions;
  readonly #observer: IntersectionObserver;
  #cards = new Map<Element, Card>();
  #window: Window = { from: 0, until: 1, moment: null, widthPx: 1 };
  #answer: Answer | null = null;

  constructor(actions: CardActions) {
    this.#actions = actions;
    this.#observer = new IntersectionObserver((seen) => this.#drawSeen(seen), { rootMargin: '600px' });
    addEventListener('beforeprint', () => this.drawAll());
    matchMedia('print').addEventListener('change', ({ matches }) => matches && this.drawAll());
  }

  show(answer: Answer, span: Omit<Window, 'widthPx'>): void {
    this.#observer.disconnect();
    const window = { ...span, widthPx: measureTrack() };
    this.#window = window;
    this.#answer = answer;
    const cards = answer.instances.map((one): Card => ({ answer: one, element: renderShell(one), isDrawn: false }));
    byId('axis').replaceChildren(renderAxis(window));
    this.#cards = new Map(cards.map((card) => [card.element, card]));
    byId('cards').replaceChildren(
      ...(cards.length === 0 ? [h('p', { class: 'calm' }, 'Nothing to show.')] : cards.map(({ element }) => element)),
    );
    for (const { element } of cards) this.#observer.observe(element);
  }

  drawAll(): void {
    for (const card of this.#cards.values()) this.#draw(card);
  }

  /** Brings the card into view; `change`: and opens its details. False: it is not among those shown. */
  reveal(number: number, change: number | null): boolean {
    const card = [...this.#cards.values()].find(({ answer }) => answer.number === number);
    if (card === undefined) return false;
    this.#draw(card);
    card.element.scrollIntoView({ block: 'start' });
    if (change === null) card.element.querySelector('h3')?.focus();
    else this.#open(card, change);
    return true;
  }

  #drawSeen(seen: readonly IntersectionObserverEntry[]): void {
    for (const { isIntersecting, target } of seen) {
      const card = this.#cards.get(target);
      if (isIntersecting && card !== undefined) this.#draw(card);
    }
  }

  #draw(card: Card): void {
    if (card.isDrawn || this.#answer === null) return;
    card.isDrawn = true;
    const { answer } = card;
    const open = (change: number) => this.#open(card, change);
    card.element.append(h('div', { class: 'axis paper', 'aria-hidden': 'true' }, renderAxis(this.#window)));
    card.element.append(renderMarksRow(answer, this.#window, open), ...renderLanes(answer, this.#answer, this.#window));
    card.element.append(renderChangeList(answer, open));
  }

  #open(card: Card, number: number): void {
    const { instance, changes, number: instanceNumber } = card.answer;
    const change = instance.changes[number];
    if (change === undefined) return;
    const place = changes.indexOf(number);
    const close = () => this.#close(card, number);
    const details = renderDetails(instance, change, {
      step: (by) => this.#open(card, changes[place + by] ?? number),
      close,
      hasEarlier: place > 0,
      hasLater: place >= 0 && place < changes.length - 1,
    });
    details.addEventListener('keydown', ({ key }) => key === 'Escape' && close());
    card.element.querySelector('.details')?.remove();
    card.element.querySelector('.change-list')?.before(details);
    markOpen(card.element, number);
    details.querySelector<HTMLElement>('.details-title')?.focus({ preventScroll: true });
    details.scrollIntoView({ block: 'nearest' });
    this.#actions.onOpen(instanceNumber, number);
  }

  #close({ element, answer }: Card, number: number): void {
    element.querySelector('.details')?.remove();
    const mark = findMark(element, number);
    markOpen(element, null);
    (mark ?? element.querySelector('h3'))?.focus();
    this.#actions.onOpen(answer.number, null);
  }
}

/** The axis is as wide as the tracks below it. */
function measureTrack(): number {
  const scale = h('div', { class: 'scale' });
  byId('axis').replaceChildren(scale);
  return Math.max(100, scale.clientWidth);
}

function findMark(card: HTMLElement, number: number | null): HTMLElement | null {
  const marks = [...card.querySelectorAll<HTMLElement>('.mark')];
  return marks.find(({ dataset }) => dataset['changes']?.split(' ').includes(String(number))) ?? null;
}

function markOpen(card: HTMLElement, number: number | null): void {
  const open = findMark(card, number);
  for (const mark of card.querySelectorAll('.mark')) mark.setAttribute('aria-expanded', String(mark === open));
}

function renderShell({ instance, number, changes, unknownMs }: InstanceAnswer): HTMLElement {
  const { name, region, publicIpAddress, severity, status, confirmedAt } = instance;
  const isThere = status === 'known' || status === 'unknown';
  const header = h(
    'header',
    {},
    h('h3', { id: `i-${number}`, tabindex: '-1' }, name),
    h('span', { class: 'region' }, region),
    publicIpAddress === null ? null : h('span', { class: 'address' }, publicIpAddress),
    isThere ? badge(severity) : null,
  );
  const parts = [
    countOf(changes.length, 'change'),
    unknownMs === 0 ? null : `${formatDuration(unknownMs)} not readable`,
    confirmedAt === null || !isThere ? null : `last confirmed ${formatInstant(confirmedAt)}`,
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
  // What is not drawn yet takes about the room that it will: the page does not jump.
  card.style.containIntrinsicSize = `auto ${8 + Math.min(maxLanes, instance.lanes.length) * 1.5}rem`;
  return card;
}

function describeNow(instance: InstanceAnswer['instance']): string {
  const list = nowOf(instance);
  const phrases = (list?.phrases ?? []).map(([what, from]) => `${what} to ${from}`);
  const more = list?.more ?? 0;
  const what = [...phrases, ...(more > 0 ? [`${more} more`] : [])].join('; ');
  switch (instance.status) {
    case 'gone':
      return 'Gone.';
    case 'not-seen-yet':
      return 'Not seen yet.';
    case 'unknown':
      return what === ''
        ? "Can't be read; nothing was open when it last was."
        : `Can't be read; when it last was, open: ${what}.`;
    default:
      return what === '' ? 'Nothing is open.' : `Open: ${what}.`;
  }
}

function renderAxis(window: Window): HTMLElement {
  const scale = h('div', { class: 'scale' });
  for (const { at, label } of ticksOf(window)) {
    const tick = h('span', {}, label);
    tick.style.left = `${share(at, window)}%`;
    scale.append(tick);
  }
  return scale;
}

function renderRow(name: string, plot: Node, total: HTMLElement): HTMLElement {
  return h('div', { class: 'row' }, h('div', { class: 'name' }, name), h('div', { class: 'plot' }, plot), total);
}

function renderMarksRow(answer: InstanceAnswer, window: Window, open: (change: number) => void): HTMLElement {
  const marks = renderMarks(answer, window, open);
  const plot = h('div', { class: 'marks' }, drawTrack([], window, []), marks);
  return renderRow(
    'Changes',
    plot,
    h('div', { class: 'total' }, countOf(answer.changes.length, 'change').replace(/ .*/, '')),
  );
}

function renderLanes(answer: InstanceAnswer, { question }: Answer, window: Window): HTMLElement[] {
  const isNarrowed = question.door !== null || question.address !== null;
  const open = new Set(answer.openings.map(({ lane }) => lane));
  const lanes = answer.instance.lanes.map((_, i) => i).filter((i) => !isNarrowed || open.has(i));
  const body = h('div', { class: 'lanes' });
  const more = appendInBatches(body, lanes, maxLanes, 'lane', (lane) => renderLane(answer, lane, window));
  return [body, ...(lanes.length > maxLanes ? [more] : [])];
}

function renderLane({ instance, openings }: InstanceAnswer, number: number, window: Window): HTMLElement {
  const lane = instance.lanes[number];
  if (lane === undefined) return h('div');
  const own = openings.filter((opening) => opening.lane === number);
  const [sureMs, allMs] = [sumMs(own, 'open'), sumMs(own)];
  const isWorld = own.some(({ sets }) => widestOf(sets) === 'world');
  const text =
    window.moment !== null
      ? own.length > 0
        ? 'open'
        : 'closed'
      : allMs === 0
        ? '–'
        : sureMs === 0
          ? `≤ ${formatDuration(allMs)}`
          : formatDuration(sureMs);
  const total = h(
    'div',
    {
      class: `total${isWorld ? ' world' : ''}`,
      'data-open-ms': sureMs,
      'data-all-ms': allMs,
      title: `open for ${formatDuration(sureMs)}, and perhaps for ${formatDuration(allMs - sureMs)} more`,
    },
    text,
  );
  const row = renderRow(lane.label, drawTrack(instance.states, window, drawSpans(lane, window)), total);
  row.dataset['lane'] = lane.label;
  return row;
}
