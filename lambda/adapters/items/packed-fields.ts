/**
 * Decides how the large fields of an item are stored. Small fields are ordinary attributes, which a person can read, if DynamoDB returns
 * them exactly. Otherwise one attribute `packed` holds them: the brotli of their JSON. 5,000 IPv6 sources are 200 KB of text and 100 KB
 * packed; DynamoDB's limit for an item is 400 KB. Fields that are still too large are stored in a smaller version, if there is one.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** Well below the 400 KB of an item: DynamoDB counts names and overhead too, and the index holds a copy. */
const plainLimitChars = 100_000;

/** Leaves room for the other attributes of the item. */
const packedLimitBytes = 350_000;

/** The first version that fits into an item. If none fits, the last one, which DynamoDB refuses with an error. */
export function packFirstThatFits<T extends Record<string, unknown>>(versions: Iterable<T>): Item {
  let item: Item = {};
  for (const version of versions) {
    item = packFields(version);
    if (!(item['packed'] instanceof Uint8Array) || item['packed'].length <= packedLimitBytes) break;
  }
  return item;
}

type Item = Record<string, unknown>;

export function packFields<T extends Record<string, unknown>>(fields: T): T | { packed: Uint8Array } {
  const json = JSON.stringify(fields);
  if (json.length <= plainLimitChars && isStoredExactly(fields, 0)) return fields;
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 22 } };
  return { packed: brotliCompressSync(Buffer.from(json), options) };
}

/** The fields of an item, packed ones included. Throws an Error if `packed` is damaged. */
export function unpackFields(item: Record<string, unknown>): Record<string, unknown> {
  const { packed, ...plain } = item;
  if (packed === undefined || packed === null) return plain;
  if (!(packed instanceof Uint8Array)) throw new Error('packed: expected binary');
  const fields: unknown = JSON.parse(brotliDecompressSync(packed).toString('utf8'));
  return { ...plain, ...(typeof fields === 'object' ? fields : {}) };
}

/** DynamoDB's numbers have 38 digits, the SDK refuses unsafe integers, texts must be well formed, and at most 32 levels may be nested. */
function isStoredExactly(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value !== 'object' || depth > 20) return false;
  if (Array.isArray(value)) return value.every((element) => isStoredExactly(element, depth + 1));
  return Object.entries(value).every(
    ([name, field]) => name !== '' && name.isWellFormed() && isStoredExactly(field, depth + 1),
  );
}
