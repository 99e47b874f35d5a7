import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Style, Terminal } from '../text/terminal.ts';

/** Characters; longer than every command of the demo. */
const maxLineLength = 10_000;

export interface DemoOutput {
  heading(text: string): void;
  /** Prints lines of the demo itself, which can contain styles. */
  print(...lines: string[]): void;
  /** Prints a block with a bar, one element on each line. The caller must make text from outside printable. */
  quote(title: string, lines: readonly string[]): void;
  style(style: Style, text: string): string;
}

export function buildDemoOutput({ out }: Pick<Terminal, 'out'>): DemoOutput {
  let chapter = 0;
  let isAfterBlank = false;
  const print = (...lines: string[]) => {
    for (const line of lines) out.print(line);
    isAfterBlank = lines.at(-1) === '';
  };
  const printApart = (...lines: string[]) => print(...(isAfterBlank ? [] : ['']), ...lines, '');
  return {
    print,
    heading(text) {
      chapter += 1;
      printApart(out.style(['bold', 'cyan'], `${chapter}. ${text}`));
    },
    quote(title, lines) {
      const bar = out.style('dim', '│');
      const quoted = lines.map((line) => `   ${bar} ${line}`.trimEnd());
      printApart(`   ${bar} ${out.style('bold', title)}`, ...quoted);
    },
    style: out.style,
  };
}

/** Makes each line printable. */
export function splitPrintable(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => renderPlain(line, maxLineLength));
}
