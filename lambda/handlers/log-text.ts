/**
 * A replacer for `JSON.stringify`. In text that AWS or a user wrote, some characters move the cursor of a terminal (`aws logs tail`) or
 * change the writing direction. These characters become U+FFFD. Line breaks and tabs stay, because JSON escapes them.
 */
export function renderLogText(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
