import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** A new, empty folder that is deleted after the tests of the file that runs, or of the `describe` that calls it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portwatch-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
