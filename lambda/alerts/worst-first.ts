import type { Alert, AlertKind } from '../contract/json-event.ts';
import { severities } from '../firewall/index.ts';

/** Among equally bad ones: what happened before what Portwatch can not see, and recoveries last. */
const kindRanks: Partial<Record<AlertKind, number>> = {
  'firewall-changed': 0,
  'firewall-flapped': 0,
  'instance-appeared': 0,
  'instance-gone': 0,
  'monitoring-started': 1,
  unreadable: 2,
  'region-unreadable': 3,
  'readable-again': 4,
  'region-readable-again': 4,
};

/** Worst first; equals keep their order. */
export function sortWorstFirst(alerts: readonly Alert[]): Alert[] {
  const rank = ({ severity, kind }: Alert) => severities.indexOf(severity) * 10 + (kindRanks[kind] ?? 4);
  return alerts.toSorted((a, b) => rank(a) - rank(b));
}
