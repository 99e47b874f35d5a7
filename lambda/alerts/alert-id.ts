import { createHash } from 'node:crypto';
import type { AlertKind } from '../contract/json-event.ts';
import type { HistoryEntry } from '../history/entry.ts';

/**
 * What an entry is told as, first of all; `null`: it is not told. Rewritten rules reach nobody new, and the instances of a region's
 * first listing are told together, by the region's own entry.
 */
export function mainAlertKind(entry: HistoryEntry): AlertKind | null {
  const isRegion = entry.resource.instanceName === null;
  switch (entry.kind) {
    case 'baseline':
      return isRegion ? 'monitoring-started' : null;
    case 'appeared':
      return isRegion ? null : 'instance-appeared';
    case 'changed':
      return isRegion || entry.verdict === 'rewritten' || entry.verdict === 'identical' ? null : 'firewall-changed';
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

/** The id of the entry's main alert; `null`: it has none. */
export function alertIdOf(entry: HistoryEntry): string | null {
  const kind = mainAlertKind(entry);
  return kind === null ? null : hashAlertId(entry, kind);
}

/**
 * The same step told in the same way has the same id, however often it is sent: 32 hex digits. An instance that is listed without an
 * ARN goes by its region and name, so that two of them never share an id.
 */
export function hashAlertId(
  { resource, version, instance }: HistoryEntry,
  kind: AlertKind,
  arn = instance?.arn,
): string {
  const { region, instanceName } = resource;
  const who = instanceName === null ? region : (arn ?? `${region}#${instanceName}`);
  return createHash('sha256')
    .update(JSON.stringify([who, version, kind]))
    .digest('hex')
    .slice(0, 32);
}
