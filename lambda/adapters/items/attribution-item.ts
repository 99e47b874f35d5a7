import * as z from 'zod/mini';
import { attributionKey } from '../../contract/table-keys.ts';
import { type Attribution, callerKinds, callFits, callSearches } from '../../history/attribution.ts';
import type { Resource } from '../../history/entry.ts';
import { instant, text, textOrNull } from './item-fields.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

export const attributionSchema = z.object({
  calls: z.array(
    z.object({
      eventId: text,
      at: instant,
      name: text,
      by: text,
      arn: textOrNull,
      sourceIpAddress: textOrNull,
      userAgent: textOrNull,
      through: z.nullable(z.enum(callerKinds)),
    }),
  ),
  fit: z.enum(callFits),
  foundBy: z.enum(callSearches),
  foundAt: instant,
});

export function toAttributionItem(resource: Resource, at: string, attribution: Attribution): Item {
  return { ...attributionKey(resource, at), schema: schemaVersion, ...attribution };
}

/** Throws ItemError for an item of a later version, and for a damaged one. This holds for every `from…Item` function. */
export function fromAttributionItem(item: Item): Attribution {
  return readItem(item, (fields) => attributionSchema.safeParse(fields));
}
