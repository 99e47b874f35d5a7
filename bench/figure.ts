/** One measured value and the value to compare it with. */
export interface Figure {
  what: string;
  /** The measured value with its unit. */
  here: string;
  /** The value to compare with, and its name: a lower limit, or the value of an alternative program. */
  comparison: string;
  /** `null`: no target. */
  target: { text: string; isMet: boolean } | null;
}

/** A heading and a table in Markdown, which is also readable on a terminal. */
export function renderFigures(title: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ what, here, comparison, target }) => [what, here, comparison, renderTarget(target)]);
  const table = [['what', 'measured', 'comparison', 'target'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const renderRow = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = table;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [`## ${title}`, '', renderRow(head), rule, ...body.map(renderRow), ''].join('\n');
}

function renderTarget(target: Figure['target']): string {
  return target === null ? '' : `${target.text}: ${target.isMet ? 'met' : 'NOT met'}`;
}
