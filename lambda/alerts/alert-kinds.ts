/** Decides which kind of alert an entry raises, whether `alertFrom` applies to the kind, and the order of the kinds. */
import type { Alert, AlertKind } from '../contract/json-event.ts';
import { severities } from '../firewall/rating/severity.ts';
import { hasEffect } from '../firewall/sets/reach.ts';
import type { HistoryEntry } from '../history/entry.ts';

/**
 * `isAboutFirewall`: true if `alertFrom`, `expected` and approvals can suppress the alert. `order`: alerts of the same severity are sorted
 * by this number, lowest first.
 */
export const kindRules: Readonly<Record<AlertKind, { isAboutFirewall: boolean; order: number }>> = {
  'firewall-changed': { isAboutFirewall: true, order: 0 },
  'firewall-flapped': { isAboutFirewall: true, order: 0 },
  'instance-appeared': { isAboutFirewall: true, order: 0 },
  'instance-gone': { isAboutFirewall: true, order: 0 },
  'monitoring-started': { isAboutFirewall: false, order: 1 },
  unreadable: { isAboutFirewall: false, order: 2 },
  'region-unreadable': { isAboutFirewall: false, order: 3 },
  'account-unreadable': { isAboutFirewall: false, order: 3 },
  'account-removed': { isAboutFirewall: false, order: 3 },
  'organization-unreadable': { isAboutFirewall: false, order: 3 },
  'readable-again': { isAboutFirewall: false, order: 4 },
  'region-readable-again': { isAboutFirewall: false, order: 4 },
  'account-readable-again': { isAboutFirewall: false, order: 4 },
  'organization-readable-again': { isAboutFirewall: false, order: 4 },
  attributed: { isAboutFirewall: true, order: 4 },
  'attribution-denied': { isAboutFirewall: false, order: 4 },
  // Alerts about approvals are always sent, so that nobody can silence the monitor without an alert.
  approved: { isAboutFirewall: false, order: 1 },
  'approval-ended': { isAboutFirewall: false, order: 1 },
  'approval-revoked': { isAboutFirewall: false, order: 1 },
  'approval-unreadable': { isAboutFirewall: false, order: 2 },
  'still-open': { isAboutFirewall: false, order: 1 },
  'all-is-well': { isAboutFirewall: false, order: 4 },
  test: { isAboutFirewall: false, order: 4 },
};

/**
 * Sorts alerts by severity, worst first. Alerts of the same severity are in the order of their kinds. Otherwise alerts keep their order.
 */
export function sortWorstFirst<T extends Pick<Alert, 'severity' | 'kind'>>(alerts: readonly T[]): T[] {
  const rank = ({ severity, kind }: T) => severities.indexOf(severity) * 10 + kindRules[kind].order;
  return alerts.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * An entry has at most one main alert. `null`: the entry has none, for example if its rules were rewritten without effect. A `baseline`
 * entry of an instance has a main alert only if `addOwnSummary` gave it a summary. Otherwise the alert about the region covers the
 * instance.
 */
export function mainAlertKind({ kind, verdict, resource, summary }: HistoryEntry): AlertKind | null {
  const isRegion = resource.instanceName === null;
  switch (kind) {
    case 'baseline':
      return isRegion || summary !== null ? 'monitoring-started' : null;
    case 'appeared':
      return isRegion ? null : 'instance-appeared';
    case 'changed':
      return isRegion || !hasEffect(verdict) ? null : 'firewall-changed';
    case 'gone':
      return isRegion ? null : 'instance-gone';
    case 'gap':
      return isRegion ? 'region-unreadable' : 'unreadable';
    case 'gap-over':
      return isRegion ? 'region-readable-again' : 'readable-again';
    case 'flapped':
      return isRegion ? null : 'firewall-flapped';
  }
}
