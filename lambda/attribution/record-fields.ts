/**
 * Reads fields of a record or an event from AWS. Each field can be missing or of any type. A value of an unexpected type counts as missing.
 */

export type RecordFields = Readonly<Record<string, unknown>>;

export function readRecord(value: unknown): RecordFields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** The fields of a nested object. No fields if the object is missing. */
export function readFields(value: unknown, ...path: readonly string[]): RecordFields {
  let fields = readRecord(value);
  for (const name of path) fields = readRecord(fields?.[name]);
  return fields ?? {};
}

/** Trimmed text of at most `maxLength` characters. `null` for an empty text or another type. */
export function readText(value: unknown, maxLength = 300): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' ? null : text.slice(0, maxLength).toWellFormed();
}

export function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
