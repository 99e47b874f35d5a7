/** Decides the id of an alert. A repeated alert has the same id, so that programs can ignore duplicates. */
import { createHash } from 'node:crypto';
import type { AlertKind } from '../contract/json-event.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { mainAlertKind } from './alert-kinds.ts';

/** Returns 32 hex digits. Another order of `parts` gives another id. */
export function hashAlertId(...parts: readonly (string | number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Returns the id of the main alert of an entry (`mainAlertKind`). `null`: the entry has no main alert. */
export function alertIdOf(entry: HistoryEntry): string | null {
  const kind = mainAlertKind(entry);
  return kind === null ? null : entryAlertId(entry, kind);
}

/**
 * The alert id of an instance depends on the instance's ARN, which contains the account. For a region, and for an instance without an ARN,
 * the alert id depends on the account and the names. So two resources never share an alert id.
 */
export function entryAlertId(
  { resource, version, instance }: HistoryEntry,
  kind: AlertKind,
  arn = instance?.arn,
): string {
  const { account, region, instanceName } = resource;
  const place = `${account}#${region}`;
  return hashAlertId(instanceName === null ? place : (arn ?? `${place}#${instanceName}`), version, kind);
}
