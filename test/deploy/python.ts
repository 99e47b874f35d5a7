/**
 * Independent Python programs (the AWS CLI, boto3, ministack) for the tests that need them, in a virtual environment
 * that is created once and reused: `PORTWATCH_VENV`, by default a folder in the system's temporary folder.
 */
import { execFile } from 'node:child_process';
import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A cold install of the AWS CLI took 20 to 60 s. A lock that is unchanged for longer than this belongs to a process
 * that died.
 */
const staleLockMs = 10 * 60_000;

const versionsScript = `
import importlib.metadata, json, sys
def version(name):
    try: return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError: return None
print(json.dumps([version(name) for name in sys.argv[1:]]))
`;

/**
 * A virtual environment with `packages`, each pinned as `name==version`: the shared one, or a separate one called `name`. `bin`: the folder
 * with its programs. Creates the environment and installs missing packages, one process at a time; only this needs the network. If
 * `python3`, its `venv` module or a package is missing, throws an error with instructions.
 */
export async function ensurePython(packages: string[], name?: string): Promise<{ bin: string }> {
  for (const pin of packages) if (!/^[^=]+==[^=]+$/.test(pin)) throw new Error(`Pin as name==version, not "${pin}".`);
  const shared = process.env['PORTWATCH_VENV'] || join(tmpdir(), 'portwatch-venv');
  const folder = name === undefined ? shared : join(tmpdir(), name);
  const bin = join(folder, 'bin');
  return withLock(`${folder}.lock`, async () => {
    if (!(await exists(join(bin, 'python')))) await makeEnvironment(folder);
    const missing = await missingPackages(bin, packages);
    if (missing.length > 0) await install(bin, missing);
    return { bin };
  });
}

async function makeEnvironment(folder: string): Promise<void> {
  await run('python3', ['--version']).catch((cause: unknown) => {
    throw new Error('These tests run programs written in Python, and there is no `python3` on the PATH: install it.', {
      cause,
    });
  });
  await run('python3', ['-m', 'venv', folder]).catch(async (cause: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw new Error('`python3 -m venv` failed (Debian and Ubuntu keep it in the package python3-venv).', { cause });
  });
}

async function missingPackages(bin: string, packages: string[]): Promise<string[]> {
  const names = packages.map((pin) => pin.split('==')[0] ?? pin);
  const { stdout } = await run(join(bin, 'python'), ['-c', versionsScript, ...names]);
  const found: unknown = JSON.parse(stdout);
  return packages.filter((pin, index) => !Array.isArray(found) || found[index] !== pin.split('==')[1]);
}

async function install(bin: string, packages: string[]): Promise<void> {
  const options = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
  await run(join(bin, 'python'), [...options, ...packages]).catch((cause: unknown) => {
    throw new Error(`pip could not install ${packages.join(' ')}: is PyPI reachable?`, { cause });
  });
}

/** Two test files may start at the same time: `mkdir` is atomic, and the folder's time shows whether the owner of the lock is alive. */
async function withLock<T>(lock: string, act: () => Promise<T>): Promise<T> {
  while (!(await takeLock(lock))) await sleep(500);
  const beat = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => clearInterval(beat)), 30_000);
  try {
    return await act();
  } finally {
    clearInterval(beat);
    await rm(lock, { recursive: true, force: true });
  }
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const age = await stat(lock).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > staleLockMs) await rm(lock, { recursive: true, force: true });
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
