/**
 * Makes text printable that AWS or a user wrote. Control and format characters (some change the direction of writing), line separators,
 * unpaired surrogates and noncharacters become U+FFFD. The text is cut after `maxLength` characters.
 */
export function replaceUnprintable(text: string, maxLength = 100): string {
  // Cut before the replacement: the text can be a megabyte long.
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu, '\uFFFD');
}
