/** Runs the simulation with a deliberate bug until a promise is broken. */
import type { DeliberateBug } from './deliberate-bugs.ts';
import { loadPatchedProduct } from './load-patched-product.ts';
import { portwatch } from './product.ts';
import { runSeed } from './run-seed.ts';
import { runSeveralAccounts } from './run-several-accounts.ts';

interface BugReport {
  /** The promise that the first violation broke. `null`: no seed found the bug. */
  broken: string | null;
  /** The message of a violation in the same seed without the bug; `null`: none. */
  violationWithoutBug: string | null;
}

/** The last seed of the search for a bug, and of `npm run test:all`. */
const lastSeed = 10_000;

export async function findBug({
  patches,
  disguise,
  buildTable,
  isOfSeveral,
  fromSeed = 1,
}: DeliberateBug): Promise<BugReport> {
  const product = patches ? await loadPatchedProduct(patches) : portwatch;
  for (let seed = fromSeed; seed <= lastSeed; seed += 1) {
    const { violation } = isOfSeveral
      ? await runSeveralAccounts(seed, { product })
      : await runSeed(seed, { product, disguise: disguise?.(), table: buildTable?.() });
    if (violation === null) continue;
    const { violation: withoutBug } = await (isOfSeveral ? runSeveralAccounts : runSeed)(seed);
    return { broken: violation.promise, violationWithoutBug: withoutBug?.message ?? null };
  }
  return { broken: null, violationWithoutBug: null };
}
