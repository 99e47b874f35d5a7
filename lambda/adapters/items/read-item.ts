/** Reads items of the table: checks the schema version, unpacks large fields, and parses the fields. */
import type * as z from 'zod/mini';
import type { Key } from '../../contract/table-keys.ts';
import { ItemError } from '../../history/read-errors.ts';
import type { RefusedItem } from '../../scan/interfaces.ts';
import { unpackFields } from './packed-fields.ts';

/** Rises when the meaning of an item changes. An item with a greater version is refused, and stays unchanged. */
export const schemaVersion = 1;

export type Item = Record<string, unknown>;

/** The result of `safeParse` of a zod schema. */
export type Parsed<T> = { success: true; data: T } | { success: false; error: z.core.$ZodError };

/** A schema of zod, or another object with this method. */
interface Schema<T> {
  safeParse(value: unknown): Parsed<T>;
}

export const toItem = (key: Key, fields: object): Item => ({ ...key, schema: schemaVersion, ...fields });

/**
 * `prepare` converts the unpacked attributes of the item to the value that `schema` parses. Throws ItemError if the schema version is newer
 * or damaged, if the item cannot be unpacked, or if `schema` refuses the value.
 */
export function readItem<T>(item: Item, schema: Schema<T>, prepare = (fields: Item): unknown => fields): T {
  checkSchemaVersion(item);
  const parsed = schema.safeParse(prepare(unpackItem(item)));
  if (parsed.success) return parsed.data;
  throw new ItemError(`${describeKey(item)} can not be read: ${describeProblems(parsed.error)}`);
}

/**
 * Throws ItemError if the schema version of the item is missing, damaged, or newer than `schemaVersion`. This version of Portwatch could
 * misunderstand a newer item.
 */
export function checkSchemaVersion(item: Item): void {
  const { schema } = item;
  if (typeof schema === 'number' && schema <= schemaVersion && schema >= 1) return;
  throw new ItemError(
    `${describeKey(item)} has schema ${String(schema)}, this version of Portwatch reads 1 to ${schemaVersion}: ` +
      'it was written by a newer version, or damaged; it is left as it is',
  );
}

/** Returns `null` if `read` throws ItemError, which means that this version of Portwatch cannot read the item. Passes other errors on. */
export function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ItemError) return null;
    throw error;
  }
}

/** An item that cannot be read does not prevent the reading of the other items. */
export function readEach<T>(items: readonly Item[], read: (item: Item) => T): { found: T[]; refused: RefusedItem[] } {
  const found: T[] = [];
  const refused: RefusedItem[] = [];
  for (const item of items) {
    try {
      found.push(read(item));
    } catch (error) {
      refused.push({ key: String(item['sk']), problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return { found, refused };
}

const describeKey = ({ pk, sk }: Item): string => `item ${String(pk)} / ${String(sk)}`;

function describeProblems({ issues }: z.core.$ZodError): string {
  return issues.map(({ path, message }) => `${path.map(String).join('.') || 'item'}: ${message}`).join('; ');
}

function unpackItem(item: Item): Item {
  try {
    return unpackFields(item);
  } catch (cause) {
    throw new ItemError(`${describeKey(item)} can not be unpacked: ${String(cause)}`, { cause });
  }
}
