import { open } from 'node:fs/promises';

/**
 * Writes a new file, and waits until the content is on the disk. Throws the error of Node: EEXIST if the file exists, AbortError once
 * `signal` is aborted.
 */
export async function writeFileSynced(file: string, content: string | Uint8Array, signal: AbortSignal): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(content, { signal });
    await handle.sync();
  } finally {
    await handle.close();
  }
}
