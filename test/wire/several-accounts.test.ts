/** A small form of `npm run bench:pass`: several accounts through the queue, with the bundled function in processes that are killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { measureAccounts } from '../../bench/pass/measure-accounts.ts';
import { depth } from '../support/depth.ts';

let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portwatch-accounts-'));
  bundle = join(folder, 'scan.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../lambda/handlers/scan.ts', import.meta.url))],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const { accounts, instances, passes, concurrency } = depth({
  quick: { accounts: 2, instances: 6, passes: 1, concurrency: 1 },
  full: { accounts: 5, instances: 100, passes: 2, concurrency: 2 },
});

test(`P3: of ${instances} instances in ${accounts} accounts no change is lost, although every fourth invocation is killed`, async () => {
  const report = await measureAccounts({
    accounts,
    instances,
    passes,
    calmPasses: 1,
    hasEmptyRegions: false,
    killed: 1 / 4,
    concurrency,
    batchSize: 2,
    seed: 1,
    bundle,
    memoryMb: 512,
  });
  const { lost, falseAlerts, notStarted, repeatedWithoutReason, deadLetters, errors } = report;
  expect({ lost, falseAlerts, notStarted, repeatedWithoutReason, deadLetters, errors }).toEqual({
    lost: [],
    falseAlerts: [],
    notStarted: [],
    repeatedWithoutReason: [],
    deadLetters: 0,
    errors: [],
  });
  expect(report.required).toBeGreaterThan(accounts);
  expect(report.killed).toBeGreaterThan(0);
});
