import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** Time, processor time and peak memory (resident set) of a process, from its start to its end. */
interface Usage {
  wallMs: number;
  cpuMs: number;
  peakBytes: number;
}

interface Run {
  usage: Usage;
  stdout: string;
}

const usageSchema = z.object({
  exitCode: z.number(),
  wallMs: z.number(),
  cpuMs: z.number(),
  peakBytes: z.number(),
});

/** Parses the result of measure.py. If the program failed, throws an error with the last line of `stderr`. */
export function parseUsage(json: string, acceptedExitCodes: readonly number[], stderr: string): Usage {
  const { exitCode, ...usage } = usageSchema.parse(JSON.parse(json));
  if (!acceptedExitCodes.includes(exitCode)) {
    throw new Error(`it ended with ${exitCode}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  }
  return usage;
}

interface Program {
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** The folder in which the program runs, and writes its files. */
  folder: string;
  acceptedExitCodes: readonly number[];
}

/** The slowest program needs two minutes: boto3 sends one request after another for 2,000 instances. */
const timeoutMs = 600_000;

/** The program gets only `PATH` and `HOME` of this process's environment, so that no `AWS_PROFILE` leads the program to a real account. */
export async function runMeasured({ command, environment, folder, acceptedExitCodes }: Program): Promise<Run> {
  const script = fileURLToPath(new URL('measure.py', import.meta.url));
  const result = join(folder, 'usage.json');
  const { PATH = '', HOME = '' } = process.env;
  const options = { cwd: folder, env: { PATH, HOME, ...environment }, timeout: timeoutMs, maxBuffer: 2 ** 28 };
  return new Promise((resolve, reject) => {
    execFile('python3', [script, result, ...command], options, (error, stdout, stderr) => {
      try {
        if (error) throw error;
        resolve({ usage: parseUsage(readFileSync(result, 'utf8'), acceptedExitCodes, stderr), stdout });
      } catch (failure) {
        reject(failure);
      }
    });
  });
}

/** Creates a folder, calls `act` with its path, and then removes the folder. */
export async function inNewFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'portwatch-peers-'));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
