/** The marks of an instance's changes. The Tab key stops only once at the marks of an instance; the arrow keys move between the marks. */
import { type Severity, severities } from '../../../lambda/firewall/rating/severity.ts';
import type { ChangeData } from '../data/report-data.ts';
import type { InstanceAnswer } from '../question/answer-question.ts';
import { severityShape } from './badge.ts';
import { share, type Window } from './draw-lane.ts';
import { h, svg } from './element.ts';
import { countOf, formatInstant } from './format.ts';
import { textOf } from './page-data.ts';

/**
 * Marks closer than this become one mark, so that no mark covers another. On a track of 1,200 pixels, 5,000 changes make at most 100 marks.
 */
const closestPx = 12;

interface Cluster {
  x: number;
  /** Numbers of changes, oldest first. */
  changes: number[];
  severity: Severity;
  /** The first of the changes with this severity. */
  worst: number;
}

export function renderMarks(
  { instance, changes }: InstanceAnswer,
  window: Window,
  open: (change: number) => void,
): HTMLElement {
  const clusters = clusterChanges(instance.changes, changes, window);
  const buttons = clusters.map((cluster, i) => renderMark(cluster, instance.changes, i === clusters.length - 1));
  for (const [i, button] of buttons.entries()) {
    // A click on a mark of several changes opens the most severe change. The buttons of the details lead to the other changes.
    button.addEventListener('click', () => open(clusters[i]?.worst ?? 0));
  }
  const label = `Changes of ${instance.name}; the arrow keys go from one to the next`;
  const row = h('div', { class: 'marks-row', role: 'toolbar', 'aria-label': label }, ...buttons);
  row.addEventListener('keydown', (event) => moveFocus(event, buttons));
  return row;
}

function clusterChanges(all: readonly ChangeData[], shown: readonly number[], window: Window): Cluster[] {
  const clusters: Cluster[] = [];
  const closest = (100 * closestPx) / window.widthPx;
  for (const number of shown) {
    const change = all[number];
    if (change === undefined) continue;
    const x = share(change.at, window);
    const last = clusters.at(-1);
    if (last !== undefined && x - last.x < closest) {
      last.changes.push(number);
      if (severities.indexOf(change.severity) >= severities.indexOf(last.severity)) continue;
      last.severity = change.severity;
      last.worst = number;
    } else clusters.push({ x, changes: [number], severity: change.severity, worst: number });
  }
  return clusters;
}

function renderMark(
  { x, changes, severity, worst }: Cluster,
  all: readonly ChangeData[],
  isStop: boolean,
): HTMLButtonElement {
  const change = all[worst];
  const what = change === undefined ? '' : `${formatInstant(change.at)}: ${textOf(change.headline)}`;
  const label =
    changes.length === 1
      ? `${severity}, ${what}`
      : `${countOf(changes.length, 'change')}, the worst ${severity}, ${what}`;
  const glyph = svg(
    'svg',
    { viewBox: '0 0 11 22', 'aria-hidden': 'true', focusable: 'false' },
    severityShape(severity, { transform: 'translate(0.5 1)' }),
    svg('rect', { x: 5, y: 10, width: 1, height: 12 }),
  );
  const button = h(
    'button',
    {
      type: 'button',
      class: `mark ${severity}`,
      'aria-label': label,
      title: label,
      'aria-expanded': 'false',
      tabindex: isStop ? 0 : -1,
      'data-changes': changes.join(' '),
    },
    glyph,
  );
  button.style.left = `${x}%`;
  return button;
}

function moveFocus(event: KeyboardEvent, buttons: readonly HTMLButtonElement[]): void {
  const at = event.target instanceof HTMLButtonElement ? buttons.indexOf(event.target) : -1;
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    Home: 0,
    End: buttons.length - 1,
  };
  const next = buttons[steps[event.key] ?? -1];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}
