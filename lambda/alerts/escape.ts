/**
 * Text from outside (names, aliases, notes, messages of errors), made fit for where it is shown. Each function is for one place; none of
 * them is good for another.
 */

/** Control characters, bidirectional overrides and other invisible marks, line separators, half surrogate pairs, noncharacters. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

/** For mail and terminals: one line, nothing that moves the cursor or turns the direction of writing; cut at `maxLength` characters. */
export function renderPlain(text: string, maxLength = 200): string {
  return cutText(text, maxLength).replace(unprintable, '\uFFFD');
}

/** For a mail's subject: printable ASCII only. Accents are dropped (`Zürich` is `Zurich`), anything else is a question mark. */
export function renderAscii(text: string, maxLength = 100): string {
  const plain = text
    .slice(0, maxLength * 4)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7E]/gu, '?')
    .trim();
  return plain.length > maxLength ? `${plain.slice(0, Math.max(0, maxLength - 3))}...` : plain;
}

/**
 * For Slack's markdown, outside code: `&`, `<` and `>` as Slack wants them escaped (no mention or link survives without a literal `<`),
 * and look-alikes for the characters that would format. Cut before escaping, so that no entity is torn.
 */
export function renderSlackText(text: string, maxLength = 300): string {
  const plain = renderPlain(text, maxLength)
    .replace(/[*~`]/g, (character) => lookAlikes[character] ?? character)
    // An underscore inside a word (`web_1`) formats nothing.
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\uFF3F');
  return escapeSlackEntities(plain);
}

const lookAlikes: Readonly<Record<string, string>> = { '*': '\u2217', '~': '\u223C', '`': '\u02CB' };

/** A code span of Slack's: inside it nothing formats but the backtick, which is replaced. */
export function renderSlackCode(text: string, maxLength = 300): string {
  const plain = renderPlain(text, maxLength).replaceAll('`', '\u02CB');
  return `\`${escapeSlackEntities(plain === '' ? ' ' : plain)}\``;
}

/** `&`, `<`, `>` and no more: "don't HTML entity-encode the entire text" (Slack, Formatting text for app surfaces). */
export function escapeSlackEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** One word for a POSIX shell. Text with NUL or unprintable characters is refused by `canQuoteForShell`. */
export function quoteForShell(text: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * True if the text can be an argument of an AWS CLI command that a person copies from a mail. False for text that is not printable, and
 * for text that the CLI takes for an option (`-x`) or for a file to read (`file://`).
 */
export function canQuoteForShell(text: string): boolean {
  return text !== '' && !text.startsWith('-') && !text.includes('://') && renderPlain(text, text.length) === text;
}

/** JSON in ASCII alone: it means the same, and nothing on its way to a shell can bend it. */
export function renderAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7E]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * JSON for an SNS message, with every character that SQS refuses escaped. SQS takes the characters of XML 1.0; JSON already escapes control
 * characters and lone surrogates, so that only U+FFFE and U+FFFF are left.
 */
export function renderWireJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\uFFFE\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

/** Cut at `maxLength` UTF-16 units, never inside a pair; what was cut shows an ellipsis. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(maxLength - 2)) ? maxLength - 2 : maxLength - 1;
  return `${text.slice(0, end)}…`;
}
