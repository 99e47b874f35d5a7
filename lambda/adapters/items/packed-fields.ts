/**
 * Decides how the large fields of an item are stored. If they are short together, and DynamoDB returns them exactly, they are ordinary
 * attributes, which a person can read. Otherwise all of them are in one attribute `packed`, the brotli of their JSON. 5,000 IPv6 sources
 * are 200 KB of text and 100 KB packed. DynamoDB's limit for an item is 400 KB.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/**
 * Well below the limit of 400 KB for an item: DynamoDB also counts names and overhead, and the index `timeline` holds a copy of some
 * fields.
 */
const plainLimitChars = 100_000;

/** DynamoDB's limit for an item is 400 KB. The other attributes of the item need the remaining 50 KB. */
const packedLimitBytes = 350_000;

/**
 * `versions`: the fields to store, from complete to smallest. Returns the first version that fits, or else the smallest version. DynamoDB
 * refuses an item of more than 400 KB with an error.
 */
export function packFirstThatFits<T extends Record<string, unknown>>(versions: Iterable<T>): Record<string, unknown> {
  let item: Record<string, unknown> = {};
  for (const version of versions) {
    item = packFields(version);
    if (!(item['packed'] instanceof Uint8Array) || item['packed'].length <= packedLimitBytes) break;
  }
  return item;
}

export function packFields<T extends Record<string, unknown>>(fields: T): T | { packed: Uint8Array } {
  const json = JSON.stringify(fields);
  if (json.length <= plainLimitChars && isStoredExactly(fields, 0)) return fields;
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 22 } };
  return { packed: brotliCompressSync(Buffer.from(json), options) };
}

/** Throws an Error if `packed` is damaged. */
export function unpackFields(item: Record<string, unknown>): Record<string, unknown> {
  const { packed, ...plain } = item;
  if (packed === undefined || packed === null) return plain;
  if (!(packed instanceof Uint8Array)) throw new Error('packed: expected binary');
  const fields: unknown = JSON.parse(brotliDecompressSync(packed).toString('utf8'));
  return { ...plain, ...(typeof fields === 'object' ? fields : {}) };
}

/**
 * True if DynamoDB returns `value` unchanged. False for numbers other than safe integers, for texts that are not well formed, and for empty
 * names. Also false for more than 20 levels of nesting: DynamoDB allows 32.
 */
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
