/** Draws a lane. Positions are percentages of the width, so that the drawing fits every width. */
import { absentKinds, type LaneData, type LaneSpan, spanKinds, type Width } from '../data/report-data.ts';
import { svg } from './element.ts';
import { formatDuration, formatShort, listTicks } from './format.ts';
import { report, setOf } from './page-data.ts';

/** The time span that is drawn. */
export interface Window {
  from: number;
  until: number;
  /** The instant of the question; `null`: the question is about a span. */
  moment: number | null;
  /** Width of a track in pixels, as last measured. */
  widthPx: number;
}

export const trackHeight = 18;
const base = 16;
const heights: Readonly<Record<Width, number>> = { world: 14, wide: 9, narrow: 5 };
const widths: readonly Width[] = ['narrow', 'wide', 'world'];

export function share(at: number, { from, until }: Pick<Window, 'from' | 'until'>): number {
  return until === from ? 0 : (100 * (Math.min(Math.max(at, from), until) - from)) / (until - from);
}

/** About eight instants, for the grid lines and for their labels. */
export const ticksOf = ({ from, until }: Window) => listTicks(from, until, 8);

export function drawTrack(
  states: readonly [number, number, number][],
  window: Window,
  spans: readonly SVGElement[],
): SVGElement {
  const track = svg('svg', { class: 'track', height: trackHeight, 'aria-hidden': 'true', focusable: 'false' });
  for (const { at } of ticksOf(window)) {
    const x = `${share(at, window)}%`;
    track.append(svg('line', { x1: x, x2: x, y1: 0, y2: trackHeight, class: 'grid-line' }));
  }
  for (const [from, until, kind] of states) if (isThere(kind)) track.append(drawBase(from, until, window));
  track.append(...spans);
  for (const [from, until, kind] of states)
    if (spanKinds[kind] === 'unknown') track.append(...bar(from, until, window, 0, trackHeight, 'hatched'));
  for (const [from, until] of report.scans.silences)
    track.append(...bar(from, until, window, 0, trackHeight, 'silent'));
  if (window.moment !== null) {
    const x = `${share(window.moment, window)}%`;
    track.append(svg('line', { x1: x, x2: x, y1: 0, y2: trackHeight, class: 'moment' }));
  }
  return track;
}

const isThere = (kind: number) => !absentKinds.some((absent) => absent === spanKinds[kind]);

function drawBase(from: number, until: number, window: Window): SVGElement {
  const [x1, x2] = [`${share(from, window)}%`, `${share(until, window)}%`];
  return svg('line', { x1, x2, y1: base + 0.5, y2: base + 0.5, class: 'base-line' });
}

export function drawSpans({ spans, label }: LaneData, window: Window): SVGElement[] {
  return spans.flatMap((span) => drawSpan(span, label, window));
}

function drawSpan(span: LaneSpan, label: string, window: Window): SVGElement[] {
  const [from, until, kind, ...sets] = span;
  const width = widestOf(sets);
  const height = heights[width];
  const what = spanKinds[kind];
  const drawn = bar(from, until, window, base - height, height, `open-${width}${what === 'unknown' ? ' was' : ''}`);
  for (const rect of drawn) rect.append(svg('title', {}, describeSpan(span, label)));
  if (what === 'either') drawn.push(...bar(from, until, window, base - height, height, 'dotted'));
  return drawn;
}

/** Returns no bar for a span outside of the window. A bar is at least as wide as a visible line. */
function bar(from: number, until: number, window: Window, y: number, height: number, className: string): SVGElement[] {
  if (until < window.from || from > window.until) return [];
  const [start, end] = [share(from, window), share(until, window)];
  // The minimum of 0.1 % is about one pixel on a wide screen, so that a port that was open for one minute of a month is visible.
  const width = Math.max(end - start, 0.1);
  return [svg('rect', { x: `${Math.min(start, 100 - width)}%`, y, width: `${width}%`, height, class: className })];
}

export function widestOf(sets: readonly number[]): Width {
  const found = sets.flatMap((set) => setOf(set) ?? []).map(({ width }) => widths.indexOf(width));
  return widths[Math.max(0, ...found)] ?? 'world';
}

function describeSpan([from, until, kind, ...sets]: LaneSpan, label: string): string {
  const when = `${formatShort(from)} to ${formatShort(until)} (${formatDuration(until - from)})`;
  return `${label} ${describeSets(sets, spanKinds[kind] ?? '')}, ${when}`;
}

/** `open to anywhere`, `either closed or open to 203.0.113.0/24`. */
function describeSets(sets: readonly number[], kind: string): string {
  const states = sets.map((set) => (set < 0 ? 'closed' : `open to ${setOf(set)?.phrase ?? 'unknown sources'}`));
  if (kind === 'either') return `either ${states.join(' or ')}`;
  return kind === 'unknown' ? `could not be read; last known ${states.join(' or ')}` : states.join(' or ');
}
