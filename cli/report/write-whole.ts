import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { renderPlain } from '../../lambda/alerts/escape.ts';
import { CommandError } from '../command-error.ts';

/**
 * Writes a file whole or not at all: writes a temporary file in the same folder and renames it, so that an existing file stays until the
 * new one is complete. Throws CommandError if the file cannot be written, and the signal's reason on interruption; no file is left then.
 */
export async function writeWhole(file: string, text: string, interrupted: AbortSignal): Promise<void> {
  const temporary = `${file}.${randomUUID().slice(0, 8)}.partial`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(text, { signal: interrupted });
      await handle.sync();
    } finally {
      await handle.close();
    }
    interrupted.throwIfAborted();
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    interrupted.throwIfAborted();
    throw describeError(file, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'you have no permission to write there',
  EPERM: 'you have no permission to write there',
  EROFS: 'the disk is read-only',
  EISDIR: 'a folder has this name',
  ENOSPC: 'the disk is full',
};

function describeError(file: string, cause: unknown): CommandError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new CommandError(
    `The report could not be written to ${renderPlain(file, 300)}: ${why}; choose another path with --out.`,
    { cause },
  );
}
