import type { Alert } from '../contract/json-event.ts';
import { severities } from '../firewall/index.ts';
import { kindRules } from './alert-kinds.ts';

/** By severity, then by the order of the kinds; equal alerts keep their order. */
export function sortWorstFirst<T extends Pick<Alert, 'severity' | 'kind'>>(alerts: readonly T[]): T[] {
  const rank = ({ severity, kind }: T) => severities.indexOf(severity) * 10 + kindRules[kind].order;
  return alerts.toSorted((a, b) => rank(a) - rank(b));
}
