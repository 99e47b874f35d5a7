import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Style, Terminal } from '../text/terminal.ts';

/** The limit for a line, in characters. The limit is longer than every command that the demo prints. */
const maxLineLength = 10_000;

export interface DemoOutput {
  heading(text: string): void;
  /** Prints lines of the demo itself, which can contain styles. */
  print(...lines: string[]): void;
  /** Prints the lines as a block with a bar at the left. The caller must remove control characters from text that other systems wrote. */
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

/** Splits the text into lines, and escapes the control characters of each line. */
export function splitPrintable(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => renderPlain(line, maxLineLength));
}
