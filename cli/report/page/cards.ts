/** One card for each instance. Cards are drawn when they come near the screen. All cards are drawn for printing. */
import type { Answer, InstanceAnswer } from '../question/answer-question.ts';
import { renderAxis, renderLanes, renderMarksRow } from './card-lanes.ts';
import { renderShell } from './card-shell.ts';
import { renderDetails } from './change-details.ts';
import { renderChangeList } from './change-list.ts';
import type { Window } from './draw-lane.ts';
import { byId, h } from './element.ts';

interface CardActions {
  /** Called when details open or close. `change`: the change whose details are open; `null`: none. */
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

  /**
   * Scrolls the card of instance `number` into view. `change`: the change whose details are opened. Returns false if the filter hides the
   * card.
   */
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

/** The width of a lane's drawing in pixels, at least 100. The axis has the same width, so an empty axis is measured. */
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
