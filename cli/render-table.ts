import Table from 'cli-table3';
import type { Channel } from './terminal.ts';

/** Columns that the last one gets at least, however narrow the terminal. */
const narrowestLast = 24;

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/**
 * A table for people: no lines, two blanks between columns. The last column takes what is left of `width` and is wrapped there; the
 * others are as wide as their widest cell. Cells may hold several lines; text from outside comes in printable.
 */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  { style }: Pick<Channel, 'style'>,
): string {
  const lines = [head.map((title) => style('dim', title)), ...rows];
  const fixed = buildTable(lines.map((line) => line.slice(0, -1)));
  const last = Math.max(narrowestLast, width - fixed.width - noLines.middle.length);
  return buildTable(lines, [...head.slice(1).map(() => null), last])
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function buildTable(lines: readonly (readonly string[])[], colWidths: (number | null)[] = []) {
  const table = new Table({
    chars: noLines,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths,
    wordWrap: true,
  });
  table.push(...lines.map((line) => [...line]));
  return table;
}
