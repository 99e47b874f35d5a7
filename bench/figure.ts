/** One measured number beside what it is to be judged by. */
export interface Figure {
  what: string;
  /** With its unit. */
  here: string;
  /** Its floor, or what people would use instead, with their numbers. */
  beside: string;
  /** `null`: there is none. */
  target: { text: string; isMet: boolean } | null;
}

/** A heading and a table in Markdown, which reads well enough on a terminal too. */
export function renderFigures(title: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ what, here, beside, target }) => [what, here, beside, renderTarget(target)]);
  const table = [['what', 'here', 'beside it', 'target'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const renderRow = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = table;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [`## ${title}`, '', renderRow(head), rule, ...body.map(renderRow), ''].join('\n');
}

function renderTarget(target: Figure['target']): string {
  return target === null ? '' : `${target.text}: ${target.isMet ? 'met' : 'NOT met'}`;
}
