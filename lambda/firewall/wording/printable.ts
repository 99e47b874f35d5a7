/**
 * Text from outside, made fit to be printed: control characters, characters that turn the direction of writing, line separators,
 * half surrogate pairs and noncharacters become U+FFFD, and what is longer than `maxLength` is cut.
 */
export function renderPrintable(text: string, maxLength = 100): string {
  // Cut first, with room for a pair at the end: a megabyte from outside is not worth scanning.
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu, '\uFFFD');
}
