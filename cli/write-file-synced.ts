import { open } from 'node:fs/promises';

/** Writes a new file, and waits until the disk has it. Throws the error of Node, or the reason of `signal`. */
export async function writeFileSynced(file: string, content: string | Uint8Array, signal: AbortSignal): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(content, { signal });
    await handle.sync();
  } finally {
    await handle.close();
  }
}
