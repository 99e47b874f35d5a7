import { type Severity, severities } from '../../lambda/firewall/index.ts';
import type { Channel, Style } from './terminal.ts';

export const severityStyles: Readonly<Record<Severity, Style>> = {
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};

export function renderSeverity(severity: Severity, { style }: Pick<Channel, 'style'>): string {
  return style(severityStyles[severity], severity.toUpperCase());
}

/** `2 critical`, `1 low`: one element for each severity that occurs, highest first. */
export function countSeverities(rated: readonly { severity: Severity | null }[]): string[] {
  return severities
    .map((severity) => ({ severity, count: rated.filter((each) => each.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`);
}
