/**
 * The table's codec: keys, and items to and from what they say. The one place that knows how the snapshot table is laid out
 * (docs/querying.md tells people the same).
 */
import type * as z from 'zod/mini';
import { alertIdOf } from '../alerts/alert-id.ts';
import { tableNames } from '../deployed-names.ts';
import type { Attribution } from '../history/attribution.ts';
import type { HistoryEntry, Subject } from '../history/entry.ts';
import type { CallState } from '../scan/call-roles.ts';
import { type Head, type HeadCommit, subjectKey } from '../scan/head.ts';
import { type Departed, ItemError, type RefusedItem, type ScanRecord } from '../scan/roles.ts';
import { callStateSchema, entrySchema, headSchema, problemsOf } from './item-schemas.ts';
import { lightenEntry } from './lighten-entry.ts';
import { packFirstThatFits, unpackFields } from './packed-fields.ts';

/** Rises when the meaning of an item changes; an item of a higher one is refused and left untouched. */
export const schemaVersion = 1;

export type Item = Record<string, unknown>;

export interface Key {
  pk: string;
  sk: string;
}

export const leaseSortKey = '!scan';

export const fleetKey = (account: string): string => `FLEET#${account}`;

export const leaseKey = (account: string): Key => ({ pk: fleetKey(account), sk: leaseSortKey });

export const callStateSortKey = '!calls';

/** How far calls were followed. */
export const callStateKey = (account: string): Key => ({ pk: fleetKey(account), sk: callStateSortKey });

/** Is it the sort key of what the monitor keeps for itself, and not of a head? No region begins so. */
export const isOwnSortKey = (sortKey: unknown): boolean => typeof sortKey === 'string' && sortKey.startsWith('!');

export const headKey = (subject: Subject): Key => ({ pk: fleetKey(subject.account), sk: subjectKey(subject) });

export function historyKey({ account, region, instanceName }: Subject): string {
  return instanceName === null ? `REGION#${account}#${region}` : `INSTANCE#${account}#${region}#${instanceName}`;
}

export const entryKey = (subject: Subject, at: string): Key => ({ pk: historyKey(subject), sk: at });

/** Who did it, beside the entry of that instant. */
export const attributionKey = (subject: Subject, at: string): Key => ({ pk: historyKey(subject), sk: `${at}#by` });

export const scansKey = (account: string): string => `SCANS#${account}`;

/** Is it the sort key of an entry, and not of what was put beside one (`<instant>#by`)? */
export const isEntrySortKey = (sortKey: unknown): boolean => typeof sortKey === 'string' && !sortKey.includes('#');

/** The attributes of a head that a commit writes: all but the keys and the two marks that other scans may be moving. */
export function toHeadAttributes(head: HeadCommit | Head): Item {
  const { subject } = head;
  return {
    schema: schemaVersion,
    region: subject.region,
    instanceName: subject.instanceName,
    arn: head.instance?.arn ?? null,
    instance: head.instance,
    version: head.version,
    status: head.status,
    rulesAt: head.rulesAt,
    seenAt: head.seenAt,
    lastAt: head.lastAt,
    firstSeenAt: head.firstSeenAt,
    failure: head.failure,
    baselinedAt: head.baselinedAt,
    rules: null,
    pending: null,
    packed: null,
    ...packFirstThatFits(bulkOfHead(head)),
  };
}

/** The rules of a new entry are the head's: they stand there once. */
function* bulkOfHead({ rules, pending }: HeadCommit | Head): Generator<Item> {
  if (pending === null) yield { rules, pending };
  else
    for (const light of lightenEntry(pending)) yield { rules, pending: { ...light, rules: light.rules && 'of-head' } };
}

/** Throws ItemError for an item of a newer version, or one that is damaged. */
export function fromHeadItem(account: string, item: Item): Head {
  return parseItem(item, (fields) => {
    const subject = { account, region: fields['region'], instanceName: fields['instanceName'] ?? null };
    return headSchema.safeParse({ ...fields, subject, pending: restorePending(fields) });
  });
}

function restorePending({ pending, rules, version, recorded }: Item): unknown {
  // What is recorded is pending no more; where it was packed, it stays in the pack until the next commit.
  if (version === recorded) return null;
  if (typeof pending !== 'object' || pending === null || !('rules' in pending)) return pending;
  return pending.rules === 'of-head' ? { ...pending, rules } : pending;
}

export function toEntryItem(entry: HistoryEntry): Item {
  const { subject, rules, opened, closed, dormant, notes, differenceLeftOut, replaces, summary, ...rest } = entry;
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
    ...entryKey(subject, entry.at),
    schema: schemaVersion,
    ...rest,
    account: subject.account,
    region: subject.region,
    instanceName: subject.instanceName,
    arn: entry.instance?.arn ?? null,
    alertId: alertIdOf(entry),
    [tableNames.timelinePartitionKey]: `${subject.account}#${entry.at.slice(0, 7)}`,
    [tableNames.timelineSortKey]: `${entry.at}#${subjectKey(subject)}`,
    ...packFirstThatFits(lightenEntry(bulk)),
  };
}

/** Throws ItemError for an item of a newer version, or one that is damaged. */
export function fromEntryItem(item: Item): HistoryEntry {
  return parseItem(item, (fields) => {
    const subject = {
      account: fields['account'],
      region: fields['region'],
      instanceName: fields['instanceName'] ?? null,
    };
    return entrySchema.safeParse({ ...fields, subject });
  });
}

export function toAttributionItem(subject: Subject, at: string, attribution: Attribution): Item {
  return { ...attributionKey(subject, at), schema: schemaVersion, ...attribution };
}

export function toCallStateItem(account: string, state: CallState): Item {
  return { ...callStateKey(account), schema: schemaVersion, ...state };
}

/** Throws ItemError for an item of a newer version, or one that is damaged. */
export function fromCallStateItem(item: Item): CallState {
  return parseItem(item, (fields) => callStateSchema.safeParse(fields));
}

export function toDepartedItem({ subject, arn, firstSeenAt, goneAt }: Departed): Item {
  const { account, region, instanceName } = subject;
  const key = { pk: `GONE#${account}`, sk: `${subjectKey(subject)}#${goneAt}` };
  return { ...key, schema: schemaVersion, region, instanceName, arn, firstSeenAt, goneAt };
}

export function toScanItem(scan: ScanRecord, expiresAtSeconds: number | null): Item {
  const { account, ...rest } = scan;
  const key = { pk: scansKey(account), sk: scan.startedAt };
  const expiry = expiresAtSeconds === null ? {} : { [tableNames.timeToLive]: expiresAtSeconds };
  return { ...key, schema: schemaVersion, ...rest, ...expiry };
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
