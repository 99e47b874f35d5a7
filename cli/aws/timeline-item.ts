import * as z from 'zod/mini';
import { type Item, readItem } from '../../lambda/adapters/items/read-item.ts';
import { parseTimelineSortKey, timelineIndex } from '../../lambda/contract/timeline-index.ts';
import { causedKinds, entrySchema } from '../../lambda/history/entry.ts';
import { isLeftOut, type LightEntry } from '../questions/choose-full-entries.ts';

const { opened, closed, ...stepFields } = z.pick(entrySchema, {
  resource: true,
  at: true,
  version: true,
  kind: true,
  verdict: true,
  severity: true,
  reason: true,
  opened: true,
  closed: true,
  changedAfter: true,
  changedBefore: true,
  changedBy: true,
  expected: true,
}).shape;

const stepSchema = z.object({
  ...stepFields,
  opened: z._default(z.nullable(opened), null),
  closed: z._default(z.nullable(closed), null),
});

/**
 * A list that is too large is stored compressed in the attribute `packed`, so `opened` or `closed` is missing. Entries of early versions
 * lack `changedBy` if no API call is known.
 */
const mayBeAbsent: readonly string[] = ['opened', 'closed', 'changedBy'];
const required = timelineIndex.projection.filter((name) => !mayBeAbsent.includes(name));

/**
 * True if the item of the index lacks a required attribute. The index of an early version has fewer attributes, and DynamoDB cannot add
 * attributes to an index.
 */
export function lacksAttributes(item: Item): boolean {
  return required.some((name) => item[name] === undefined);
}

/** False: the index lacks data of the entry: an attribution, or a change that was too large. */
export function isWhole(entry: LightEntry): boolean {
  if (entry.opened === null || entry.closed === null) return false;
  if (entry.kind !== 'flapped' && !causedKinds.includes(entry.kind)) return true;
  return entry.changedBy !== undefined && !isLeftOut(entry);
}

/**
 * Parses an item of the index `timeline`. The item has neither `schema` nor `at`: its keys hold the instant and the resource. Throws
 * ItemError if the item is damaged.
 */
export function fromTimelineItem(account: string, item: Item): LightEntry {
  const place = parseTimelineSortKey(account, String(item[timelineIndex.sortKey]));
  return readItem({ schema: 1, ...item }, stepSchema, (fields) => ({ ...fields, ...place }));
}
