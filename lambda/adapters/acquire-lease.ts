/**
 * Stores a lease in an item of the table: one holder at a time has the lease, until an instant. The item also has data for the next holder.
 */
import type { Key } from '../contract/table-keys.ts';
import { toInstant } from '../history/instants.ts';
import type { LeaseRequest } from '../scan/interfaces.ts';
import { type DynamoDbTable, ifReadable } from './dynamodb-table.ts';
import { checkSchemaVersion, type Item, schemaVersion } from './items/read-item.ts';

/**
 * Acquires the lease if the lease is free, expired, or belongs to `holder`. `more`: other fields of the lease item to write. If another
 * holder has the lease, returns the stored item as `found`. Throws ItemError if the stored item's schema version is missing, damaged, or
 * newer than `schemaVersion`.
 */
export async function acquireLease(
  table: DynamoDbTable,
  key: Key,
  { holder, now, until }: Omit<LeaseRequest, 'account'>,
  more: { set?: Item; add?: Record<string, number> } = {},
): Promise<{ acquired: Item } | { found: Item | null }> {
  const { set, ...rest } = more;
  const result = await table.update(key, {
    set: { holder, leaseUntil: toInstant(until), ...set, schema: schemaVersion },
    ...rest,
    ...ifReadable({
      condition: 'attribute_not_exists(holder) OR leaseUntil < :now OR holder = :me',
      values: { ':now': toInstant(now), ':me': holder },
    }),
    returnNew: true,
  });
  if (result.written) return { acquired: result.item };
  if (result.found !== null) checkSchemaVersion(result.found);
  return { found: result.found };
}

/** If `holder` still has the lease: stores `set` for the next holder, and releases the lease. Otherwise changes nothing. */
export async function returnLease(table: DynamoDbTable, key: Key, holder: string, set: Item): Promise<void> {
  await table.update(key, {
    set,
    remove: ['holder', 'leaseUntil'],
    condition: 'holder = :me',
    values: { ':me': holder },
  });
}
