/** Fields of a record from outside, of which each may be missing or of any type: what is not what it should be is taken for missing. */

export type RecordFields = Readonly<Record<string, unknown>>;

/** `null`: not an object. */
export function readRecord(value: unknown): RecordFields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** The fields of an object in the field of an object; none where there is no such object. */
export function readFields(value: unknown, ...path: readonly string[]): RecordFields {
  let fields = readRecord(value);
  for (const name of path) fields = readRecord(fields?.[name]);
  return fields ?? {};
}

/** Text that says something, cut at `maxLength`; else `null`. */
export function readText(value: unknown, maxLength = 300): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' ? null : text.slice(0, maxLength).toWellFormed();
}

export function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
