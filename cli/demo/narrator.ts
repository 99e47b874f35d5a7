/** How the story is laid out: headings, paragraphs, and quotes with a bar at their side. */
import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Style, Terminal } from '../text/terminal.ts';

/** Longer than any command of the demo. */
const maxLineLength = 10_000;

export interface Narrator {
  heading(text: string): void;
  /** Our own words; may hold styled text. */
  say(...lines: string[]): void;
  /** A block that belongs together; text from outside comes in printable, one line an element. */
  quote(title: string, lines: readonly string[]): void;
  style(style: Style, text: string): string;
}

export function buildNarrator({ out }: Pick<Terminal, 'out'>): Narrator {
  let chapter = 0;
  let isAfterBlank = false;
  const say = (...lines: string[]) => {
    for (const line of lines) out.print(line);
    isAfterBlank = lines.at(-1) === '';
  };
  const sayApart = (...lines: string[]) => say(...(isAfterBlank ? [] : ['']), ...lines, '');
  return {
    say,
    heading(text) {
      chapter += 1;
      sayApart(out.style(['bold', 'cyan'], `${chapter}. ${text}`));
    },
    quote(title, lines) {
      const bar = out.style('dim', '│');
      const quoted = lines.map((line) => `   ${bar} ${line}`.trimEnd());
      sayApart(`   ${bar} ${out.style('bold', title)}`, ...quoted);
    },
    style: out.style,
  };
}

/** Text of several lines, each made printable. */
export function splitPrintable(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => renderPlain(line, maxLineLength));
}
