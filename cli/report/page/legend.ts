import { trackHeight } from './draw-lane.ts';
import { byId, h, svg } from './element.ts';

/** Height and colour show how wide a port was open. Patterns show uncertainty. */
const samples: readonly [name: string, rects: readonly [y: number, height: number, className: string][]][] = [
  ['open to the world', [[2, 14, 'open-world']]],
  ['to a network', [[7, 9, 'open-wide']]],
  ['to a few hosts, or private', [[11, 5, 'open-narrow']]],
  ['closed', []],
  [
    'changed within this time',
    [
      [2, 14, 'open-world'],
      [2, 14, 'dotted'],
    ],
  ],
  [
    'not readable: last known state',
    [
      [2, 14, 'open-world was'],
      [0, 18, 'hatched'],
    ],
  ],
  ['no scan ran', [[0, 18, 'silent']]],
];

export function renderLegend(): void {
  for (const [name, rects] of samples) {
    const sample = svg('svg', { height: trackHeight, 'aria-hidden': 'true', focusable: 'false' });
    sample.append(svg('line', { x1: 0, x2: '100%', y1: 16.5, y2: 16.5, class: 'base-line' }));
    sample.append(
      ...rects.map(([y, height, className]) => svg('rect', { x: 0, y, width: '100%', height, class: className })),
    );
    byId('legend').append(h('li', {}, sample, name));
  }
}
