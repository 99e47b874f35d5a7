/** Runs the command line as people do: as a process of its own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../bin/portwatch.ts', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves with the output so far as soon as stdout contains `text`; rejects if the process ends first. */
  waitFor(text: string): Promise<string>;
  ended: Promise<Ended>;
}

/** `env` is its whole environment, with PATH added. The configuration of the person who runs the tests is not used. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const isolated = {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    AWS_CONFIG_FILE: '/nonexistent/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Compiled code is kept between processes: each one starts in half of the time.
    NODE_COMPILE_CACHE: join(tmpdir(), 'portwatch-compile-cache'),
  };
  const child = spawn(process.execPath, [entry, ...args], {
    env: { ...isolated, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...said })));
  const waitFor = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => said.stdout.includes(text) && resolve(said.stdout);
      look();
      child.stdout.on('data', look);
      ended.then(() => reject(new Error(`it ended without saying ${text}: ${said.stdout}${said.stderr}`)));
    });
  return { child, waitFor, ended };
}

export function runCli(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> {
  return startCli(args, env).ended;
}
