/** The lease item also holds data for the next scan. A damaged part of this data is ignored: the scan still runs. */
import * as z from 'zod/mini';
import type { EventGrant, LastEventRun, LastScan, LeaseGrant } from '../../scan/interfaces.ts';
import { count, instant, instantOrNull, text } from './item-fields.ts';
import type { Item } from './read-item.ts';

const lastScanSchema = z.object({
  startedAt: instant,
  complete: z.boolean(),
  regionsListed: z.array(text),
  regionsNotDue: z.optional(z.record(instant, z.array(text))),
  notRead: z.array(text),
  instancesListed: z.optional(count),
  instancesRead: z.optional(count),
  openGaps: z.optional(count),
  oldestWaitingAt: z.optional(instantOrNull),
});

const lastEventRunSchema = z.object({ startedAt: instant, endedAt: instant, settled: z.array(text) });

export function fromLeaseItem(item: Item): LeaseGrant {
  return {
    scanNumber: Number(item['scanNumber']),
    lastScan: readLastScan(item),
    allIsWellAt: parsedOrNull(instantOrNull, item['allIsWellAt']),
    settingsHash: parsedOrNull(text, item['settingsHash']),
  };
}

export function fromEventLeaseItem(item: Item): EventGrant {
  return { ...fromLeaseItem(item), lastEventRun: parsedOrNull<LastEventRun>(lastEventRunSchema, item['lastEventRun']) };
}

export const readLastScan = (item: Item): LastScan | null => parsedOrNull<LastScan>(lastScanSchema, item['lastScan']);

function parsedOrNull<T>(schema: z.ZodMiniType<T>, value: unknown): T | null {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
