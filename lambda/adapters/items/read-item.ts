/** Reads an item of the table: checks its schema version, unpacks it and parses it, or throws ItemError. */
import type * as z from 'zod/mini';
import type { Key } from '../../contract/table-keys.ts';
import { ItemError } from '../../history/read-errors.ts';
import type { RefusedItem } from '../../scan/interfaces.ts';
import { unpackFields } from './packed-fields.ts';

/** Rises when the meaning of an item changes; an item of a later version is refused and left as it is. */
export const schemaVersion = 1;

export type Item = Record<string, unknown>;

type Parsed<T> = { success: true; data: T } | { success: false; error: z.core.$ZodError };

/** A schema of zod. */
interface Schema<T> {
  safeParse(value: unknown): Parsed<T>;
}

/** An item of the table, with the version of its format. */
export const toItem = (key: Key, fields: object): Item => ({ ...key, schema: schemaVersion, ...fields });

/**
 * The value that an item stores. Throws ItemError for an item of a later schema version, and for one that the schema refuses. `prepare`:
 * builds the fields of the schema from those of the item.
 */
export function readItem<T>(item: Item, schema: Schema<T>, prepare = (fields: Item): unknown => fields): T {
  checkSchemaVersion(item);
  const parsed = schema.safeParse(prepare(unpackItem(item)));
  if (parsed.success) return parsed.data;
  throw new ItemError(`${describeKey(item)} can not be read: ${describeProblems(parsed.error)}`);
}

/** Throws ItemError for an item that a later version of Portwatch wrote: this version could misunderstand it. */
export function checkSchemaVersion(item: Item): void {
  const { schema } = item;
  if (typeof schema === 'number' && schema <= schemaVersion && schema >= 1) return;
  throw new ItemError(
    `${describeKey(item)} has schema ${String(schema)}, this version of Portwatch reads 1 to ${schemaVersion}: ` +
      'it was written by a newer version, or damaged; it is left as it is',
  );
}

/** `null` for an item that this version can not read. */
export function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ItemError) return null;
    throw error;
  }
}

/** Reads each item. An item that `read` refuses is left as it is and reported: the others can be read. */
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

/** Every problem with its place, in one line. */
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
