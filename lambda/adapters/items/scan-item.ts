import * as z from 'zod/mini';
import { scanKey, tableNames } from '../../contract/table-keys.ts';
import type { ScanRecord } from '../../scan/interfaces.ts';
import { count, instant, text } from './item-fields.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

/** A full scan, as its item stores it. */
export type NotedScan = Omit<ScanRecord, 'account' | 'regionsFailed'> & {
  /** Region to the reason why it could not be listed. */
  regionsFailed: Record<string, string>;
};

const scanSchema = z.object({
  startedAt: instant,
  endedAt: instant,
  complete: z.boolean(),
  regionsListed: z.array(text),
  regionsNotDue: z.optional(z.record(instant, z.array(text))),
  notRead: z.array(text),
  regionsFailed: z._default(z.record(text, text), {}),
  instancesListed: z._default(count, 0),
  instancesRead: z._default(count, 0),
  changes: z._default(count, 0),
  alerts: z._default(count, 0),
  scanEveryMinutes: z.optional(count),
});

/** `expiresAtSeconds`: since the epoch; `null`: never. */
export function toScanItem({ account, ...scan }: ScanRecord, expiresAtSeconds: number | null): Item {
  const expiry = expiresAtSeconds === null ? {} : { [tableNames.timeToLive]: expiresAtSeconds };
  return { ...scanKey(account, scan.startedAt), schema: schemaVersion, ...scan, ...expiry };
}

export function fromScanItem(item: Item): NotedScan {
  return readItem(item, (fields) => scanSchema.safeParse(fields));
}
