/** What items of the snapshot table say to whoever asks about the past: the readings that the scan itself has no need of. */
import * as z from 'zod/mini';
import { attributionSchema, entrySchema } from '../../lambda/adapters/item-schemas.ts';
import { type Item, parseItem } from '../../lambda/adapters/table-items.ts';
import { parseTimelineSortKey, tableNames } from '../../lambda/contract/table-keys.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { Departed } from '../../lambda/scan/interfaces.ts';
import type { LightEntry } from '../questions/fill-entries.ts';

/** A scan as it was noted: what it confirmed. */
export interface NotedScan {
  startedAt: string;
  endedAt: string;
  complete: boolean;
  regionsListed: string[];
  /** `<region>#<instanceName>` of what was listed and not read. */
  notRead: string[];
  /** Region to the reason why it could not be listed. */
  regionsFailed: Record<string, string>;
  instancesListed: number;
  instancesRead: number;
  changes: number;
  alerts: number;
}

export type TimelineStep = LightEntry;

const instant = z.iso.datetime({ precision: 3 });
const count = z.int().check(z.nonnegative());

const scanSchema = z.object({
  startedAt: instant,
  endedAt: instant,
  complete: z.boolean(),
  regionsListed: z.array(z.string()),
  notRead: z.array(z.string()),
  regionsFailed: z._default(z.record(z.string(), z.string()), {}),
  instancesListed: z._default(count, 0),
  instancesRead: z._default(count, 0),
  changes: z._default(count, 0),
  alerts: z._default(count, 0),
});

const departedSchema = z.object({
  region: z.string(),
  instanceName: z.string(),
  arn: z.nullable(z.string()),
  firstSeenAt: instant,
  goneAt: instant,
});

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
  // Not in the index of a table that an early version made.
  expected: z._default(stepFields.expected, null),
});

/** Each throws ItemError for an item of a newer version, or one that is damaged. */
export function fromScanItem(item: Item): NotedScan {
  return parseItem(item, (fields) => scanSchema.safeParse(fields));
}

export function fromDepartedItem(account: string, item: Item): Departed {
  const { region, instanceName, ...rest } = parseItem(item, (fields) => departedSchema.safeParse(fields));
  return { resource: { account, region, instanceName }, ...rest };
}

/** The item beside an entry that says who did it. */
export function fromAttributionItem(item: Item): Attribution {
  return parseItem(item, (fields) => attributionSchema.safeParse(fields));
}

/** An item of the index has no `schema` and no `at`: its keys say where and when. */
export function fromTimelineItem(account: string, item: Item): TimelineStep {
  const place = parseTimelineSortKey(account, String(item[tableNames.timelineSortKey]));
  return parseItem({ schema: 1, ...item }, (fields) => stepSchema.safeParse({ ...fields, ...place }));
}
