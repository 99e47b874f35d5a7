/**
 * Decides colour, width and progress of the output. Data goes to stdout, messages go to stderr. Only terminals show colour and progress;
 * `NO_COLOR` (no-color.org) switches colour off.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** The fields of a stream that are used. The stream is `process.stdout`, `process.stderr`, or a substitute in a test. */
export interface OutputStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** `process.stdin`, or a substitute in a test. */
export interface InputStream extends NodeJS.ReadableStream {
  isTTY?: boolean;
}

export interface Channel {
  /** Adds a line break. */
  print(text: string): void;
  /** Returns the text in a style if the stream shows colour; otherwise unchanged. */
  style(style: Style, text: string): string;
}

export interface Terminal {
  out: Channel;
  err: Channel;
  /** The number of columns for a table on stdout. */
  width: number;
  /** Shows one line on stderr, in place of the previous one. Shows nothing if stderr is not a terminal. `null` removes the line. */
  showProgress(line: string | null): void;
  /** Prints a question on stderr and returns the line that a person types; `null`: stdin is not a terminal, so nobody can answer. */
  readAnswer(question: string, signal: AbortSignal): Promise<string | null>;
}

/** The width for output to a file or a program: wide enough for most lines. */
const widthWithoutTerminal = 120;
const narrowest = 60;

/** `env`: only `NO_COLOR` and `TERM` are read. */
export function buildTerminal(
  streams: { stdout: OutputStream; stderr: OutputStream; stdin?: InputStream },
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const { stdout, stderr } = streams;
  let isProgressShown = false;
  const showProgress = (line: string | null) => {
    if (!isScreen(stderr, env) || (line === null && !isProgressShown)) return;
    const room = Math.max(narrowest, stderr.columns ?? widthWithoutTerminal) - 1;
    // Carriage return, then "erase to the end of the line".
    stderr.write(`\r\u001B[K${line === null ? '' : line.slice(0, room)}`);
    isProgressShown = line !== null;
  };
  const channel = (stream: OutputStream): Channel => {
    const hasColour = isScreen(stream, env) && !env['NO_COLOR'];
    return {
      print(text) {
        showProgress(null);
        stream.write(`${text}\n`);
      },
      style: (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text),
    };
  };
  const width = stdout.isTTY ? Math.max(narrowest, stdout.columns ?? widthWithoutTerminal) : widthWithoutTerminal;
  const readAnswer = async (question: string, signal: AbortSignal) => {
    const { stdin } = streams;
    if (stdin?.isTTY !== true) return null;
    showProgress(null);
    stderr.write(question);
    return readLine(stdin, signal);
  };
  return { out: channel(stdout), err: channel(stderr), width, showProgress, readAnswer };
}

/** Does not use the line editing of readline, which would hide Ctrl-C from the process. Returns empty text at the end of the input. */
async function readLine(input: InputStream, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input, terminal: false });
  try {
    const [line] = await Promise.race([once(lines, 'line', { signal }), once(lines, 'close', { signal })]);
    return typeof line === 'string' ? line : '';
  } finally {
    lines.close();
  }
}

function isScreen(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
