/** Renders tables for people: no ruled lines, two blanks between columns. */
import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';
import type { Channel } from './terminal.ts';

/** The smallest width of the last column, in characters. */
const narrowestLast = 24;

const gap = '  ';

/**
 * The last column gets the rest of `width`, and wraps. Each other column is as wide as its widest cell. A cell can have several lines. The
 * caller must make cells with text from AWS printable.
 */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  { style }: Pick<Channel, 'style'>,
): string {
  const lines = [head.map((title) => style('dim', title)), ...rows].map((row) => row.map((cell) => cell.split('\n')));
  const widths = head.slice(0, -1).map((_, column) => widest(lines.map((row) => row[column] ?? [])));
  const taken = widths.reduce((sum, each) => sum + each + gap.length, 0);
  const last = Math.max(narrowestLast, width - taken);
  return lines.map((row) => renderRow(row, widths, last)).join('\n');
}

function widest(cells: readonly (readonly string[])[]): number {
  let found = 0;
  for (const cell of cells) for (const line of cell) found = Math.max(found, widthOf(line));
  return found;
}

function renderRow(cells: readonly (readonly string[])[], widths: readonly number[], last: number): string {
  const columns = [...cells.slice(0, -1), (cells.at(-1) ?? []).flatMap((line) => wrap(line, last))];
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, index) => {
    const texts = columns.map((column, place) => pad(column[index] ?? '', widths[place] ?? 0));
    return texts.join(gap).trimEnd();
  }).join('\n');
}

/** Wraps at words, and breaks a word that is longer than the line. Colours continue in the next line. */
function wrap(line: string, width: number): string[] {
  return widthOf(line) <= width ? [line] : wrapAnsi(line, width, { hard: true }).split('\n');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** The number of columns on a terminal: a wide character counts as two, a combining mark and a colour count as none. */
function widthOf(text: string): number {
  return /^[\x20-\x7E]*$/.test(text) ? text.length : stringWidth(text);
}
