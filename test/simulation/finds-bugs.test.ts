import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { chosenBugs } from './chosen-bugs.ts';
import type { BugReport } from './find-bugs.ts';
import { loadPatchedProduct } from './load-patched-product.ts';

describe('the simulation finds a product that', () => {
  let reports: Record<string, BugReport>;

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'find-bugs.ts')]);
    reports = JSON.parse(stdout);
  });

  test.each([...chosenBugs])('$name ($promise)', ({ name, promise }) => {
    expect(promise.split(', ')).toContain(reports[name]?.broken);
    expect(reports[name]?.violationWithoutBug).toBeNull();
  });

  test('and leaves the product alone: a patch that does not fit its source is an error', async () => {
    const patch = { file: 'lambda/scan/publish-alerts.ts', find: 'no such text', replace: '' };
    await expect(loadPatchedProduct([patch])).rejects.toThrow(
      'The patch of lambda/scan/publish-alerts.ts must fit once, and fits 0 times',
    );
  });
});
