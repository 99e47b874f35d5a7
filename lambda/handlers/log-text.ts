/**
 * For the log: text from outside without what would move the cursor, or turn the direction of writing, of whoever reads it in a
 * terminal (`aws logs tail`). JSON itself escapes only the control characters below U+0020, so line breaks of a stack may stay.
 * A replacer for `JSON.stringify`.
 */
export function renderLogText(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
