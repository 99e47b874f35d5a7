/** Runs the real Cloud Custodian (PyPI `c7n`) in a Python virtual environment. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { CorpusPair } from '../../test/corpus/load-corpus.ts';
import { toSecurityGroup } from './to-security-group.ts';

export const custodianVersion = '0.9.53';

/**
 * Milliseconds. Installing c7n takes about 15 s on a fast network; importing it and 400 comparisons take 2 s. The limit is for slow
 * networks.
 */
const timeoutMs = 300_000;

const printVersion = 'import importlib.metadata; print(importlib.metadata.version("c7n"), end="")';

/**
 * Returns for each pair whether Cloud Custodian reports a change. The first run downloads c7n (100 MB) into a virtual environment. Throws
 * if Python or c7n is not available, with what to install, or if c7n fails.
 */
export function runCustodian(pairs: readonly CorpusPair[]): boolean[] {
  const script = fileURLToPath(new URL('custodian_diff.py', import.meta.url));
  const groups = pairs.map((pair) => [toSecurityGroup(pair.before), toSecurityGroup(pair.after)]);
  const { ok, output } = run(ensureCustodian(), [script], JSON.stringify(groups));
  if (!ok) throw new Error(`c7n ${custodianVersion} is installed but failed:\n${output}`);
  return z.array(z.boolean()).length(pairs.length).parse(JSON.parse(output));
}

/**
 * Returns the path of the Python in a virtual environment with c7n: `PORTWATCH_VENV` if c7n is installed there, otherwise an environment
 * in the temporary folder. c7n is not installed into `PORTWATCH_VENV`, because c7n would change the versions of boto3 and other packages.
 */
function ensureCustodian(): string {
  const own = join(tmpdir(), `portwatch-custodian-${custodianVersion}`);
  for (const folder of [process.env['PORTWATCH_VENV'], own]) {
    if (folder && run(pythonOf(folder), ['-c', printVersion]).output === custodianVersion) return pythonOf(folder);
  }
  if (!run('python3', ['--version']).ok) throw new Error('It is written in Python: install python3 (3.10 or later).');
  mustRun('python3', ['-m', 'venv', own], 'Could not make a virtual environment (Debian: install python3-venv).');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
  mustRun(pythonOf(own), [...pip, `c7n==${custodianVersion}`], `Could not install c7n ${custodianVersion} from PyPI.`);
  return pythonOf(own);
}

function pythonOf(folder: string): string {
  return join(folder, 'bin', 'python');
}

function mustRun(command: string, options: string[], otherwise: string): void {
  const { ok, output } = run(command, options);
  if (!ok) throw new Error(`${otherwise}\n${output}`);
}

/** `output`: stdout, or stderr if the command failed. */
function run(command: string, options: string[], input = ''): { ok: boolean; output: string } {
  const ended = spawnSync(command, options, { input, encoding: 'utf8', timeout: timeoutMs });
  const ok = ended.status === 0;
  return { ok, output: ok ? ended.stdout : ended.stderr || String(ended.error ?? ended.signal) };
}
