/** Decides which kind of alert an entry raises, whether `alertFrom` applies to the kind, and the order of the kinds. */
import type { AlertKind } from '../contract/json-event.ts';
import { hasEffect } from '../firewall/sets/reach.ts';
import type { HistoryEntry } from '../history/entry.ts';

/**
 * `isAboutFirewall`: true if `alertFrom` and `expected` can suppress alerts of this kind; the other kinds are about the monitor and are
 * always sent. `order`: the position among alerts of the same severity: changes first, then gaps, recoveries last.
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
  // Always sent, whatever `alertFrom` is, so that nobody can silence the monitor without an alert.
  approved: { isAboutFirewall: false, order: 1 },
  'approval-ended': { isAboutFirewall: false, order: 1 },
  'approval-revoked': { isAboutFirewall: false, order: 1 },
  'approval-unreadable': { isAboutFirewall: false, order: 2 },
  'still-open': { isAboutFirewall: false, order: 1 },
  'all-is-well': { isAboutFirewall: false, order: 4 },
  test: { isAboutFirewall: false, order: 4 },
};

/**
 * The kind of an entry's main alert; `null`: the entry raises none. Rewritten rules change no exposure. The instances of a region's first
 * listing are in the alert of the region, except instances with a summary of their own.
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
