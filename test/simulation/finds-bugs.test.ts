import { describe, expect, test } from '@jest/globals';
import { deliberateBugs } from './deliberate-bugs.ts';
import { historyBugs } from './history-bugs.ts';
import { loadPatchedProduct } from './load-patched-product.ts';
import { portwatch } from './product.ts';
import { runSeed } from './run-seed.ts';
import { standardSeeds } from './standard-seeds.ts';

/** Up to here the product as it stands kept every promise: run once for all bugs. */
let greenUpTo = 0;

async function expectGreenUpTo(seed: number): Promise<void> {
  for (; greenUpTo < seed; greenUpTo += 1) expect((await runSeed(greenUpTo + 1)).violation).toBeNull();
}

describe('the simulation finds a product that', () => {
  test.each([...deliberateBugs, ...historyBugs])(
    '$name ($promise)',
    async ({ patches, disguise, buildTable, promise }) => {
      const patched = patches ? await loadPatchedProduct(patches) : null;
      try {
        let broken: string | null = null;
        let seed = 0;
        while (broken === null && seed < standardSeeds) {
          seed += 1;
          const product = patched ?? portwatch;
          const { violation } = await runSeed(seed, { product, disguise: disguise?.(), table: buildTable?.() });
          broken = violation?.promise ?? null;
        }
        expect(promise.split(', ')).toContain(broken);
        await expectGreenUpTo(seed);
      } finally {
        patched?.remove();
      }
    },
    300_000,
  );

  test('and leaves the product alone: a patch that does not fit its source is an error', async () => {
    const patch = { file: 'tell.ts', find: 'no such text', replace: '' };
    await expect(loadPatchedProduct([patch])).rejects.toThrow('The patch of tell.ts must fit once, and fits 0 times');
  });
});
