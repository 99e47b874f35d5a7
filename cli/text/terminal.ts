/**
 * Where a command's words go, and how they look there: the one place that decides about colour, width and progress. Data goes to
 * stdout, talk to stderr; colour and progress are for terminals, and `NO_COLOR` (no-color.org) ends colour.
 */
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** The part of a stream that matters here: `process.stdout`, `process.stderr`, or what a test holds in their place. */
export interface OutputStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface Channel {
  /** The text and a line break. */
  print(text: string): void;
  /** The text in a style where the stream shows colour, as it is where not. */
  style(style: Style, text: string): string;
}

export interface Terminal {
  out: Channel;
  err: Channel;
  /** Columns that a table on stdout may take. */
  width: number;
  /** One line of stderr that is written over by the next; nothing where stderr is no terminal. `null` takes it away. */
  showProgress(line: string | null): void;
}

/** Wide enough for what is piped to a file or a program: nothing is wrapped that need not be. */
const widthWithoutTerminal = 120;
const narrowest = 60;

/** `env`: only `NO_COLOR` and `TERM` are looked at. */
export function buildTerminal(
  streams: { stdout: OutputStream; stderr: OutputStream },
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
  return { out: channel(stdout), err: channel(stderr), width, showProgress };
}

function isScreen(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
