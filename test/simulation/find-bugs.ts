/**
 * Runs the simulation with each deliberate bug until a promise is broken, and prints the result of each bug as JSON. The test starts this
 * file in a child process, because jest would have to transform each copy of the product again.
 */
import { chosenBugs } from './chosen-bugs.ts';
import type { DeliberateBug } from './deliberate-bugs.ts';
import { loadPatchedProduct } from './load-patched-product.ts';
import { renderPlainly } from './plain-rendering.ts';

renderPlainly();
const { portwatch } = await import('./product.ts');
const { runSeed } = await import('./run-seed.ts');
const { runSeveralAccounts } = await import('./run-several-accounts.ts');

export interface BugReport {
  /** The promise that the first violation broke, or an error text. */
  broken: string;
  /** The message of a violation in the same seed without the bug; `null`: none. */
  violationWithoutBug: string | null;
}

/** The last seed of the search for a bug, and of `npm run test:all`. */
const lastSeed = 10_000;

async function findBug({
  patches,
  disguise,
  buildTable,
  isOfSeveral,
  fromSeed = 1,
}: DeliberateBug): Promise<BugReport> {
  const patched = patches ? await loadPatchedProduct(patches) : null;
  try {
    for (let seed = fromSeed; seed <= lastSeed; seed += 1) {
      const product = patched ?? portwatch;
      const { violation } = isOfSeveral
        ? await runSeveralAccounts(seed, { product })
        : await runSeed(seed, { product, disguise: disguise?.(), table: buildTable?.() });
      if (violation === null) continue;
      const { violation: withoutBug } = await (isOfSeveral ? runSeveralAccounts : runSeed)(seed);
      return { broken: violation.promise, violationWithoutBug: withoutBug?.message ?? null };
    }
    return { broken: 'no seed found the bug', violationWithoutBug: null };
  } finally {
    patched?.remove();
  }
}

const reports: Record<string, BugReport> = {};
for (const bug of chosenBugs) {
  reports[bug.name] = await findBug(bug).catch((error: unknown) => ({
    broken: String(error),
    violationWithoutBug: null,
  }));
}
process.stdout.write(JSON.stringify(reports));
