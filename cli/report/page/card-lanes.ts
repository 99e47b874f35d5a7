/** The rows of a card: the marks of the changes, and the lanes. */
import type { Answer, InstanceAnswer } from '../question/answer-question.ts';
import { type Opening, sumMs } from '../question/find-openings.ts';
import { drawSpans, drawTrack, share, ticksOf, type Window, widestOf } from './draw-lane.ts';
import { h } from './element.ts';
import { formatCount, formatDuration } from './format.ts';
import { appendInBatches } from './long-list.ts';
import { renderMarks } from './marks.ts';

/** The number of lanes that are drawn at first. */
export const maxLanes = 24;

export function renderAxis(window: Window): HTMLElement {
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

export function renderMarksRow(answer: InstanceAnswer, window: Window, open: (change: number) => void): HTMLElement {
  const marks = renderMarks(answer, window, open);
  const plot = h('div', { class: 'marks' }, drawTrack([], window, []), marks);
  return renderRow('Changes', plot, h('div', { class: 'total' }, formatCount(answer.changes.length)));
}

export function renderLanes(answer: InstanceAnswer, { question }: Answer, window: Window): HTMLElement[] {
  const isNarrowed = question.portQuery !== null || question.address !== null;
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
  const row = renderRow(
    lane.label,
    drawTrack(instance.states, window, drawSpans(lane, window)),
    renderTotal(own, window),
  );
  row.dataset['lane'] = lane.label;
  return row;
}

/** The time that the lane was open. For a question about one instant: `open`, `closed` or `perhaps`. */
function renderTotal(own: readonly Opening[], { moment }: Window): HTMLElement {
  const [sureMs, allMs] = [sumMs(own, 'open'), sumMs(own)];
  const isWorld = own.some(({ sets }) => widestOf(sets) === 'world');
  const isSure = own.some(({ pieces }) => pieces.some(({ certainty }) => certainty === 'open'));
  const atMoment = own.length === 0 ? 'closed' : isSure ? 'open' : 'perhaps';
  const title = `open for ${formatDuration(sureMs)}, and perhaps for ${formatDuration(allMs - sureMs)} more`;
  return h(
    'div',
    { class: `total${isWorld ? ' world' : ''}`, 'data-open-ms': sureMs, 'data-all-ms': allMs, title },
    moment === null ? describeTotal(sureMs, allMs) : atMoment,
  );
}

function describeTotal(sureMs: number, allMs: number): string {
  if (allMs === 0) return '\u2013';
  return sureMs === 0 ? `\u2264 ${formatDuration(allMs)}` : formatDuration(sureMs);
}
