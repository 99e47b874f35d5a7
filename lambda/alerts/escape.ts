/**
 * Escapes text that others wrote: names, aliases, notes, error messages. Each function is for one place only. Text that is safe in a mail
 * is not safe in Slack or in a shell.
 */
import { replaceUnprintable } from '../firewall/wording/replace-unprintable.ts';

/** Makes text safe for mail and terminals: one line of printable characters (see replace-unprintable.ts), cut at `maxLength` characters. */
export function renderPlain(text: string, maxLength = 200): string {
  return replaceUnprintable(cutText(text, maxLength), maxLength);
}

/**
 * Makes text safe for the subject of a mail: printable ASCII only. Accents are removed (`Zürich` becomes `Zurich`). Other characters become
 * `?`.
 */
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
 * Makes text safe for Slack's markdown outside code. `&`, `<` and `>` are escaped, because mentions and links begin with `<`. Characters
 * that format text become similar characters.
 *
 * `maxLength` limits the text before the escaping. The escaped text can be longer.
 */
export function renderSlackText(text: string, maxLength = 300): string {
  const plain = renderPlain(text, maxLength)
    .replace(/[*~`]/g, (character) => lookAlikes[character] ?? character)
    // An underscore inside a word (`web_1`) formats nothing.
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\uFF3F');
  return escapeSlackEntities(plain);
}

const lookAlikes: Readonly<Record<string, string>> = { '*': '\u2217', '~': '\u223C', '`': '\u02CB' };

/** Returns a code span for Slack. A backtick in the text would end the code span, so a similar character replaces the backtick. */
export function renderSlackCode(text: string, maxLength = 300): string {
  const plain = renderPlain(text, maxLength).replaceAll('`', '\u02CB');
  return `\`${escapeSlackEntities(plain === '' ? ' ' : plain)}\``;
}

/**
 * Returns a code block for Slack with the first 2,000 characters of the text. The block has at most 2,906 characters, and is empty if the
 * text is blank.
 */
export function renderSlackCodeBlock(text: string): string {
  const lines = text
    .slice(0, 2_000)
    .split('\n')
    .map((line) => renderPlain(line, line.length).replaceAll('`', '\u02CB'));
  const code = cutEscaped(escapeSlackEntities(lines.join('\n')), 2_900);
  return code.trim() === '' ? '' : `\`\`\`${code}\`\`\``;
}

/** Cuts text for Slack after the escaping, never inside an entity such as `&amp;`. */
export function cutEscaped(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/&[a-z]*$/, '');
}

/** Escapes only `&`, `<` and `>`: "don't HTML entity-encode the entire text" (Slack, Formatting text for app surfaces). */
export function escapeSlackEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Quotes the text as one word for a POSIX shell. Not every text is safe in a command: call `canQuoteForShell` first. */
export function quoteForShell(text: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * True if the text is safe as an argument of an AWS CLI command that a person copies from a mail. False for empty or unprintable text, and
 * for text that the CLI reads as an option (`-x`) or as a file (`file://`).
 */
export function canQuoteForShell(text: string): boolean {
  return text !== '' && !text.startsWith('-') && !text.includes('://') && renderPlain(text, text.length) === text;
}

/** Renders JSON in ASCII, for a command that a person copies. A mail program or a terminal could change other characters. */
export function renderAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7E]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * JSON for an SNS message. SQS accepts only the characters of XML 1.0. `JSON.stringify` escapes control characters and lone surrogates, so
 * only U+FFFE and U+FFFF remain to be escaped.
 */
export function renderWireJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\uFFFE\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

/** Cuts at `maxLength` UTF-16 units, never inside a surrogate pair. A text that was cut ends with an ellipsis. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(maxLength - 2)) ? maxLength - 2 : maxLength - 1;
  return `${text.slice(0, end)}…`;
}
