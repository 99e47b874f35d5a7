/**
 * Escapes text from outside (names, aliases, notes, error messages) for the place that shows it. Each function is for one place only:
 * text that is safe in a mail is not safe in Slack or in a shell.
 */
import { replaceUnprintable } from '../firewall/wording/replace-unprintable.ts';

/** For mail and terminals: one line of printable characters (see replace-unprintable.ts), cut at `maxLength` characters. */
export function renderPlain(text: string, maxLength = 200): string {
  return replaceUnprintable(cutText(text, maxLength), maxLength);
}

/** For the subject of a mail: printable ASCII only. Accents are removed (`Zürich` becomes `Zurich`); other characters become `?`. */
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
 * For Slack's markdown, outside code. `&`, `<` and `>` are escaped, because each mention and each link needs a literal `<`. Characters
 * that format text become similar characters. The text is cut before it is escaped, so that no entity is cut in two.
 */
export function renderSlackText(text: string, maxLength = 300): string {
  const plain = renderPlain(text, maxLength)
    .replace(/[*~`]/g, (character) => lookAlikes[character] ?? character)
    // An underscore inside a word (`web_1`) formats nothing.
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\uFF3F');
  return escapeSlackEntities(plain);
}

const lookAlikes: Readonly<Record<string, string>> = { '*': '\u2217', '~': '\u223C', '`': '\u02CB' };

/** A code span for Slack. Inside a code span only the backtick has a meaning, so it is replaced. */
export function renderSlackCode(text: string, maxLength = 300): string {
  const plain = renderPlain(text, maxLength).replaceAll('`', '\u02CB');
  return `\`${escapeSlackEntities(plain === '' ? ' ' : plain)}\``;
}

/** A code block for Slack, of at most 2,906 characters; empty if the text is blank. */
export function renderSlackCodeBlock(text: string): string {
  const lines = text
    .slice(0, 2_000)
    .split('\n')
    .map((line) => renderPlain(line, line.length).replaceAll('`', '\u02CB'));
  const code = escapeSlackEntities(lines.join('\n')).slice(0, 2_900);
  return code.trim() === '' ? '' : `\`\`\`${code.replace(/&[a-z]*$/, '')}\`\`\``;
}

/** Escapes only `&`, `<` and `>`: "don't HTML entity-encode the entire text" (Slack, Formatting text for app surfaces). */
export function escapeSlackEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** One word for a POSIX shell. Check with `canQuoteForShell` first: NUL and unprintable characters can't be quoted. */
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

/** JSON in ASCII only, with the same meaning, so that no mail program or terminal changes a character of a command. */
export function renderAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7E]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * JSON for an SNS message, with every character that SQS refuses escaped. SQS takes the characters of XML 1.0; JSON already escapes control
 * characters and lone surrogates, so only U+FFFE and U+FFFF remain.
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
