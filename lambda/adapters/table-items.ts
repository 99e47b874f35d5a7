/**
 * The table's codec: keys, and items to and from what they say. The one place that knows how the snapshot table is laid out
 * (docs/querying.md tells people the same).
 */
import type * as z from 'zod/mini';
import { alertIdOf } from '../alerts/alert-id.ts';
import {
  attributionKey,
  callStateKey,
  departedKey,
  entryKey,
  scanKey,
  tableNames,
  timelineKeys,
} from '../contract/table-keys.ts';
import type { Attribution } from '../history/attribution.ts';
import type { HistoryEntry, Resource } from '../history/entry.ts';
import type { CallState } from '../scan/call-roles.ts';
import { type Departed, ItemError, type RefusedItem, type ScanRecord } from '../scan/interfaces.ts';
import type { LatestState, StateCommit } from '../scan/latest-state.ts';
import { callStateSchema, entrySchema, problemsOf, stateSchema } from './item-schemas.ts';
import { lightenEntry } from './lighten-entry.ts';
import { packFirstThatFits, unpackFields } from './packed-fields.ts';

/** Rises when the meaning of an item changes; an item of a higher one is refused and left untouched. */
export const schemaVersion = 1;

export type Item = Record<string, unknown>;

/** The attributes of a latest state that a commit writes: all but the keys and the two marks that other scans may be moving. */
export function toStateAttributes(latest: StateCommit | LatestState): Item {
  const { resource } = latest;
  return {
    schema: schemaVersion,
    region: resource.region,
    instanceName: resource.instanceName,
    arn: latest.instance?.arn ?? null,
    instance: latest.instance,
    version: latest.version,
    status: latest.status,
    rulesAt: latest.rulesAt,
    seenAt: latest.seenAt,
    lastAt: latest.lastAt,
    firstSeenAt: latest.firstSeenAt,
    failure: latest.failure,
    baselinedAt: latest.baselinedAt,
    rules: null,
    pending: null,
    packed: null,
    ...packFirstThatFits(bulkOfState(latest)),
  };
}

/** The rules of a new entry are the latest state's: they stand there once. */
function* bulkOfState({ rules, pending }: StateCommit | LatestState): Generator<Item> {
  if (pending === null) yield { rules, pending };
  else
    for (const { resource: subject, ...light } of lightenEntry(pending))
      yield { rules, pending: { ...light, subject, rules: light.rules && 'of-head' } };
}

/** Throws ItemError for an item of a newer version, or one that is damaged. */
export function fromStateItem(account: string, item: Item): LatestState {
  // The mark `alerted` is stored under its first name, `told`.
  const { told: alerted, ...state } = parseItem(item, (fields) => {
    const resource = { account, region: fields['region'], instanceName: fields['instanceName'] ?? null };
    return stateSchema.safeParse({ ...fields, resource, pending: restorePending(fields) });
  });
  return { ...state, alerted };
}

/** A pending entry is stored with the resource under its first name, `subject`. */
function restorePending({ pending, rules, version, recorded }: Item): unknown {
  // What is recorded is pending no more; where it was packed, it stays in the pack until the next commit.
  if (version === recorded) return null;
  if (typeof pending !== 'object' || pending === null || !('rules' in pending) || !('subject' in pending))
    return pending;
  const { subject: resource, ...entry } = pending;
  return { ...entry, resource, rules: entry.rules === 'of-head' ? rules : entry.rules };
}

export function toEntryItem(entry: HistoryEntry): Item {
  const { resource, rules, opened, closed, dormant, notes, differenceLeftOut, replaces, summary, ...rest } = entry;
  const bulk = {
    rules,
    opened,
    closed,
    dormant,
    notes,
    replaces,
    summary,
    ...(differenceLeftOut && { differenceLeftOut }),
  };
  return {
    ...entryKey(resource, entry.at),
    schema: schemaVersion,
    ...rest,
    account: resource.account,
    region: resource.region,
    instanceName: resource.instanceName,
    arn: entry.instance?.arn ?? null,
    alertId: alertIdOf(entry),
    ...timelineKeys(resource, entry.at),
    ...packFirstThatFits(lightenEntry(bulk)),
  };
}

/** Throws ItemError for an item of a newer version, or one that is damaged. */
export function fromEntryItem(item: Item): HistoryEntry {
  return parseItem(item, (fields) => {
    const resource = {
      account: fields['account'],
      region: fields['region'],
      instanceName: fields['instanceName'] ?? null,
    };
    return entrySchema.safeParse({ ...fields, resource });
  });
}

export function toAttributionItem(resource: Resource, at: string, attribution: Attribution): Item {
  return { ...attributionKey(resource, at), schema: schemaVersion, ...attribution };
}

export function toCallStateItem(account: string, state: CallState): Item {
  return { ...callStateKey(account), schema: schemaVersion, ...state };
}

/** Throws ItemError for an item of a newer version, or one that is damaged. */
export function fromCallStateItem(item: Item): CallState {
  return parseItem(item, (fields) => callStateSchema.safeParse(fields));
}

export function toDepartedItem({ resource, arn, firstSeenAt, goneAt }: Departed): Item {
  const { region, instanceName } = resource;
  return { ...departedKey(resource, goneAt), schema: schemaVersion, region, instanceName, arn, firstSeenAt, goneAt };
}

export function toScanItem(scan: ScanRecord, expiresAtSeconds: number | null): Item {
  const { account, ...rest } = scan;
  const expiry = expiresAtSeconds === null ? {} : { [tableNames.timeToLive]: expiresAtSeconds };
  return { ...scanKey(account, scan.startedAt), schema: schemaVersion, ...rest, ...expiry };
}

export function toRefusedItem(item: Item, error: unknown): RefusedItem {
  return { key: String(item[tableNames.sortKey]), problem: error instanceof Error ? error.message : String(error) };
}

/** Throws where a newer Portwatch wrote the item: reading it by our rules could only go wrong. */
export function checkSchemaVersion(item: Item): void {
  const { schema, pk, sk } = item;
  if (typeof schema === 'number' && schema <= schemaVersion && schema >= 1) return;
  throw new ItemError(
    `item ${String(pk)} / ${String(sk)} has schema ${String(schema)}, this version of Portwatch reads 1 to ${schemaVersion}: ` +
      'it was written by a newer version, or damaged; it is left as it is',
  );
}

type Parsed<T> = { success: true; data: T } | { success: false; error: z.core.$ZodError };

/** Throws ItemError for an item of a newer version, or one that `parse` refuses. */
export function parseItem<T>(item: Item, parse: (fields: Item) => Parsed<T>): T {
  checkSchemaVersion(item);
  const parsed = parse(unpackItem(item));
  if (parsed.success) return parsed.data;
  throw new ItemError(
    `item ${String(item['pk'])} / ${String(item['sk'])} can not be read: ${problemsOf(parsed.error)}`,
  );
}

function unpackItem(item: Item): Item {
  try {
    return unpackFields(item);
  } catch (cause) {
    throw new ItemError(`item ${String(item['pk'])} / ${String(item['sk'])} can not be unpacked: ${String(cause)}`, {
      cause,
    });
  }
}
