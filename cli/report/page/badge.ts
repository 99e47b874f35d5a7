import type { Severity } from '../../../lambda/firewall/rating/severity.ts';
import { h, svg } from './element.ts';

/** A shape for each severity, so that colour is not the only sign. SVG path in a box of 10 by 10. */
const shapes: Readonly<Record<Severity, string>> = {
  critical: 'M5 0L10 5L5 10L0 5Z',
  high: 'M5 0.5L10 9.5H0Z',
  medium: 'M1 1H9V9H1Z',
  low: 'M5 1A4 4 0 1 0 5 9A4 4 0 1 0 5 1Z',
  info: 'M1 3.75H9V6.25H1Z',
};

export function severityShape(severity: Severity, attributes = {}): SVGElement {
  return svg('path', { d: shapes[severity], ...attributes });
}

/** `null`: the severity is not known. */
export function badge(severity: Severity | null): HTMLElement {
  if (severity === null) return h('span', { class: 'badge info' }, 'unknown');
  const shape = svg('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true' }, severityShape(severity));
  return h('span', { class: `badge ${severity}` }, shape, severity);
}
