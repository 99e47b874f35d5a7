import { describe, expect, test } from '@jest/globals';
import { deliberateBugs } from './deliberate-bugs.ts';
import { historyBugs } from './history-bugs.ts';
import { loadPatchedProduct } from './load-patched-product.ts';
import { portwatch } from './product.ts';
import { runSeed } from './run-seed.ts';

/** The seeds of `npm run test:all`. The search for a bug begins at a seed that is known to find it. */
const lastSeed = 10_000;

describe('the simulation finds a product that', () => {
  test.each([...deliberateBugs, ...historyBugs])(
    '$name ($promise)',
    async ({ patches, disguise, buildTable, promise, fromSeed = 1 }) => {
      const patched = patches ? await loadPatchedProduct(patches) : null;
      try {
        for (let seed = fromSeed; seed <= lastSeed; seed += 1) {
          const product = patched ?? portwatch;
          const { violation } = await runSeed(seed, { product, disguise: disguise?.(), table: buildTable?.() });
          if (violation === null) continue;
          expect(promise.split(', ')).toContain(violation.promise);
          // The same seed, without the bug.
          expect((await runSeed(seed)).violation).toBeNull();
          return;
        }
        throw new Error('No seed found it.');
      } finally {
        patched?.remove();
      }
    },
  );

  test('and leaves the product alone: a patch that does not fit its source is an error', async () => {
    const patch = { file: 'lambda/scan/publish-alerts.ts', find: 'no such text', replace: '' };
    await expect(loadPatchedProduct([patch])).rejects.toThrow(
      'The patch of lambda/scan/publish-alerts.ts must fit once, and fits 0 times',
    );
  });
});
