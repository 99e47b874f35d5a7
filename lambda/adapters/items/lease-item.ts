/** The lease item has data for the next scan. Damaged data becomes `null`, so that the scan still runs. */
import type * as z from 'zod/mini';
import { instantOrNull, text } from '../../contract/item-fields.ts';
import { type LastScan, lastScanSchema } from '../../history/scan-note.ts';
import { type EventGrant, type LeaseGrant, lastEventRunSchema } from '../../scan/interfaces.ts';
import type { Item } from './read-item.ts';

export function fromLeaseItem(item: Item): LeaseGrant {
  return {
    scanNumber: Number(item['scanNumber']),
    lastScan: readLastScan(item),
    allIsWellAt: parsedOrNull(instantOrNull, item['allIsWellAt']),
    settingsHash: parsedOrNull(text, item['settingsHash']),
  };
}

export function fromEventLeaseItem(item: Item): EventGrant {
  return { ...fromLeaseItem(item), lastEventRun: parsedOrNull(lastEventRunSchema, item['lastEventRun']) };
}

export const readLastScan = (item: Item): LastScan | null => parsedOrNull(lastScanSchema, item['lastScan']);

function parsedOrNull<T>(schema: z.ZodMiniType<T>, value: unknown): T | null {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
