/** Runs `npm pack` for the `dist/` that `npm run test:package` has built. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface Packed {
  /** Path of the tarball. */
  tarball: string;
  /** Bytes. */
  size: number;
  files: { path: string }[];
}

/** Writes the tarball into `folder`. */
export async function pack(folder: string): Promise<Packed> {
  const words = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename, size, files }] = JSON.parse((await run('npm', words, { cwd: repository })).stdout);
  return { tarball: join(folder, filename), size, files };
}
