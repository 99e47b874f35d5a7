import { randomUUID } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { renderPlain } from '../../lambda/alerts/escape.ts';
import { CommandError } from '../command-error.ts';
import { describeFileError } from '../text/describe-file-error.ts';
import { writeFileSynced } from '../write-file-synced.ts';

/**
 * Writes a temporary file in the same folder and renames it, so that an existing file stays until the new file is complete. A device or a
 * pipe (`/dev/stdout`) is written directly. Throws CommandError if the file cannot be written, and the reason of `interrupted` if the
 * signal is aborted. In both cases no new file is left.
 */
export async function writeFileWhole(file: string, text: string, interrupted: AbortSignal): Promise<void> {
  try {
    if (await isDeviceOrPipe(file)) await writeFile(file, text, { signal: interrupted });
    else await replaceFile(file, text, interrupted);
  } catch (cause) {
    interrupted.throwIfAborted();
    throw describeRefusal(file, cause);
  }
}

/**
 * Throws CommandError if the file certainly cannot be written, so that a command can fail before it reads the history. Another reason, such
 * as a full disk, only shows when the file is written.
 */
export function refuseUnwritable(file: string): void {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    if (found === undefined || found.isFile()) accessSync(`${dirname(file)}/`, constants.W_OK);
  } catch (cause) {
    throw describeRefusal(file, cause);
  }
}

function describeRefusal(file: string, cause: unknown): CommandError {
  return new CommandError(
    `The report could not be written to ${renderPlain(file, 300)}: ${describeFileError(cause)}; choose another path with --out.`,
    { cause },
  );
}

async function replaceFile(file: string, text: string, interrupted: AbortSignal): Promise<void> {
  const temporary = `${file}.${randomUUID().slice(0, 8)}.partial`;
  try {
    await writeFileSynced(temporary, text, interrupted);
    interrupted.throwIfAborted();
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A rename would replace a device or a pipe by a file. */
async function isDeviceOrPipe(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && !found.isFile() && !found.isDirectory();
}
