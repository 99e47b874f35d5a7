/**
 * A replacer for `JSON.stringify`. It makes text from outside safe for a terminal (`aws logs tail`), where some characters move the cursor
 * or change the writing direction. Line breaks and tabs stay, because JSON escapes them.
 */
export function renderLogText(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
