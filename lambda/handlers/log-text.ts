/**
 * Replacer for `JSON.stringify` that makes text from outside safe for a terminal (`aws logs tail`): it replaces characters that move the
 * cursor or change the writing direction. Line breaks and tabs stay, because JSON escapes the control characters below U+0020.
 */
export function renderLogText(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
