import { describe, expect, test } from '@jest/globals';
import { approvalBugs } from './approval-bugs.ts';
import { chosenBugs } from './chosen-bugs.ts';
import { deliberateBugs } from './deliberate-bugs.ts';
import { findBug } from './find-bug.ts';
import { historyBugs } from './history-bugs.ts';
import { applyPatches, loadPatchedProduct } from './load-patched-product.ts';
import { severalAccountsBugs } from './several-accounts-bugs.ts';

const bugs = [...deliberateBugs, ...historyBugs, ...approvalBugs, ...severalAccountsBugs];
// A bug without patches changes the fakes of the simulation, not the product.
const patched = bugs.flatMap(({ name, patches }) => (patches === undefined ? [] : [{ name, patches }]));

test.each(patched)('the bug fits the source, at every depth: $name', ({ patches }) => {
  expect(applyPatches(patches).size).toBeGreaterThan(0);
});

describe('the simulation finds a product that', () => {
  test.each([...chosenBugs])('$name ($promise)', async (bug) => {
    const { broken, violationWithoutBug } = await findBug(bug);
    expect(bug.promise.split(', ')).toContain(broken);
    expect(violationWithoutBug).toBeNull();
  });

  test('and leaves the product alone: a patch that does not fit its source is an error', async () => {
    const patch = { file: 'lambda/scan/publish-alerts.ts', find: 'no such text', replace: '' };
    await expect(loadPatchedProduct([patch])).rejects.toThrow(
      'The patch of lambda/scan/publish-alerts.ts must fit once, and fits 0 times',
    );
  });
});
