import type { Severity } from '../../lambda/firewall/index.ts';
import type { Style } from './terminal.ts';

/** How a severity looks on a terminal that shows colour. */
export const severityStyles: Readonly<Record<Severity, Style>> = {
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};
