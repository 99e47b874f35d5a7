import { attributionKey } from '../../contract/table-keys.ts';
import { type Attribution, attributionSchema } from '../../history/attribution.ts';
import type { Resource } from '../../history/entry.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

export function toAttributionItem(resource: Resource, at: string, attribution: Attribution): Item {
  return { ...attributionKey(resource, at), schema: schemaVersion, ...attribution };
}

/** Throws ItemError for an item of a later version, and for a damaged one. This holds for every `from…Item` function. */
export function fromAttributionItem(item: Item): Attribution {
  return readItem(item, (fields) => attributionSchema.safeParse(fields));
}
