import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { CommandError } from '../../command-error.ts';
import { describeFileError } from '../../text/describe-file-error.ts';
import { writeFileSynced } from '../../write-file-synced.ts';

interface FileContent {
  name: string;
  content: string | Uint8Array;
}

/**
 * Writes all files or none: writes a temporary folder next to `folder`, and then renames the temporary folder. A folder of an earlier run
 * is replaced.
 * Throws CommandError if `folder` has files of another origin, or cannot be written. After `interrupted` is aborted, throws the reason of
 * `interrupted`.
 */
export async function writeFolder(
  folder: string,
  files: readonly FileContent[],
  interrupted: AbortSignal,
): Promise<void> {
  const id = randomUUID().slice(0, 8);
  const temporary = `${folder}.${id}.partial`;
  try {
    const found = await listFolder(folder);
    if (found !== null && found.length > 0 && !isOfEarlierRun(found))
      throw new CommandError(
        `The folder ${renderPlain(folder, 300)} has files that this command did not write; choose a new folder with --out.`,
      );
    await mkdir(temporary);
    for (const { name, content } of files) await writeFileSynced(join(temporary, name), content, interrupted);
    interrupted.throwIfAborted();
    await replaceFolder(folder, temporary, found === null ? null : `${folder}.${id}.earlier`);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    interrupted.throwIfAborted();
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(
      `The folder ${renderPlain(folder, 300)} could not be written: ${describeFileError(cause)}; choose another path with --out.`,
      { cause },
    );
  }
}

/**
 * True if `names` are only file names that an earlier run of `template` or of `member-template` wrote. A folder with any other file is
 * never replaced.
 */
export function isOfEarlierRun(names: readonly string[]): boolean {
  const isOurs = (name: string) => /^Portwatch(Events-[\w-]+)?\.template\.json$|-[0-9a-f]{16}\.zip$/.test(name);
  const isMember = (name: string) => /^portwatch-member-(role|events)\.json$/.test(name);
  return (
    (names.includes('Portwatch.template.json') && names.every(isOurs)) ||
    (names.includes('portwatch-member-role.json') && names.every(isMember))
  );
}

/**
 * Renames `temporary` to `folder`. `earlier` is the path to which the present folder is moved until `temporary` is in place; `null`: there
 * is no present folder.
 */
async function replaceFolder(folder: string, temporary: string, earlier: string | null): Promise<void> {
  if (earlier === null) return rename(temporary, folder);
  await rename(folder, earlier);
  try {
    await rename(temporary, folder);
  } catch (error) {
    await rename(earlier, folder);
    throw error;
  }
  await rm(earlier, { recursive: true });
}

/** Returns the names of the files in the folder; `null`: the folder does not exist. Throws CommandError if `folder` is a file. */
async function listFolder(folder: string): Promise<string[] | null> {
  const found = await stat(folder).catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return null;
  if (!found.isDirectory())
    throw new CommandError(`${renderPlain(folder, 300)} is a file; choose a folder with --out.`);
  return readdir(folder);
}
