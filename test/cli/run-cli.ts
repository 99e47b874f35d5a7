/** Runs the command line: as a separate process, or in this process, which saves the start of a process. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { isolateEnvironment } from '../../cli/demo/isolate-environment.ts';
import { runPortwatch } from '../../cli/run-portwatch.ts';
import { buildTerminal, type InputStream, type OutputStream } from '../../cli/text/terminal.ts';

const entry = fileURLToPath(new URL('../../bin/portwatch.ts', import.meta.url));

/** The home folder of the started commands. The CDK and npm write into it. */
const home = mkdtempSync(join(tmpdir(), 'portwatch-home-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A running command that Ctrl-C ends. */
export interface Interruptible {
  /** Resolves with the output so far as soon as stdout contains `text`; rejects if the command ends first. */
  waitFor(text: string): Promise<string>;
  ended: Promise<Ended>;
  interrupt(): void;
}

export interface Running extends Interruptible {
  child: ChildProcessByStdio<null, Readable, Readable>;
}

export interface ProcessOptions {
  /** File or device that stdout is redirected to by a shell; default: the pipe of this process. */
  output?: string;
}

/** `env`: the whole environment of the process, with PATH added. The configuration of the person who runs the tests is not used. */
export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { output }: ProcessOptions = {},
): Running {
  const isolated = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_CONFIG_FILE: join(home, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
  };
  const shell = output === undefined ? [] : ['sh', '-c', 'exec "$@" > "$0"', output];
  const [program = '', ...words] = [...shell, process.execPath, entry, ...args];
  const child = spawn(program, words, {
    env: { ...isolated, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...written })));
  const waitFor = waitForOutput(written, (check) => child.stdout.on('data', check), ended);
  return { child, waitFor, ended, interrupt: () => child.kill('SIGINT') };
}

function waitForOutput(
  written: Pick<Ended, 'stdout' | 'stderr'>,
  onOutput: (check: () => void) => unknown,
  ended: Promise<Ended>,
) {
  return (text: string) =>
    new Promise<string>((resolve, reject) => {
      const check = () => written.stdout.includes(text) && resolve(written.stdout);
      check();
      onOutput(check);
      ended.then(() =>
        reject(new Error(`the command ended without the output ${text}: ${written.stdout}${written.stderr}`)),
      );
    });
}

export interface RunOptions {
  /** Properties of both output streams; default: no terminal. */
  screen?: Pick<OutputStream, 'isTTY' | 'columns'>;
  /** The environment of the terminal: `NO_COLOR`, `TERM`. */
  terminalEnv?: Readonly<Record<string, string>>;
  interrupted?: AbortSignal;
  /** The text that a person types. Default: there is no person. */
  stdin?: InputStream;
  /** Receives each text that is written to stdout or stderr. */
  onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
}

/** Runs a command in this process, with its present AWS variables. */
export async function runHere(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { screen = {}, terminalEnv = {}, interrupted = new AbortController().signal, stdin, onOutput } = options;
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    ...screen,
    write: (text: string) => {
      written[name] += text;
      onOutput?.(text, name);
    },
  });
  const terminal = buildTerminal(
    { stdout: stream('stdout'), stderr: stream('stderr'), ...(stdin && { stdin }) },
    terminalEnv,
  );
  const code = await runPortwatch(args, terminal, interrupted);
  return { code, ...written };
}

/** Starts a command in this process. `env`: as for `runCli`. */
export function startHere(args: readonly string[], env: Readonly<Record<string, string>> = {}): Interruptible {
  const interruption = new AbortController();
  const written = { stdout: '', stderr: '' };
  const checks: (() => void)[] = [];
  const onOutput = (text: string, name: keyof typeof written) => {
    written[name] += text;
    for (const check of checks) check();
  };
  const ended = runCli(args, env, { interrupted: interruption.signal, onOutput });
  const waitFor = waitForOutput(written, (check) => checks.push(check), ended);
  return { waitFor, ended, interrupt: () => interruption.abort() };
}

/** Runs a command in this process. `env` replaces all AWS variables of this process until the command ends. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  options?: RunOptions,
): Promise<Ended> {
  const restore = isolateEnvironment(env);
  try {
    return await runHere(args, options);
  } finally {
    restore();
  }
}
