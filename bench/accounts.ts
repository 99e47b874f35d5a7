/**
 * `npm run bench:accounts`: prints the monthly cost of one monitor for 1, 40 and 1,000 accounts. Computes the cost from account scans
 * that run at the same time and are measured. Has no assertions. Takes about a minute.
 */
import { allRegionNames } from '../emulators/lightsail/regions.ts';
import { readOptions } from '../test/support/read-options.ts';
import { measureBundles } from './bundle/measure-bundles.ts';
import { measureAccountScans } from './cost/measure-account-scans.ts';
import { reportAccountsCost } from './cost/report-accounts-cost.ts';
import { load } from './machine.ts';

readOptions({}, []);

const shape = { homeRegions: ['eu-west-1', 'us-east-1'], regions: allRegionNames.slice(0, 17) };

console.log(`Load of the machine at the start: ${load()}\n`);
const importMs = measureBundles().scan.bestImportMs;
const measure = async (accounts: number, instances: number) => ({
  whole: await measureAccountScans({ ...shape, accounts, instances, leavesOutEmptyRegions: false }),
  short: await measureAccountScans({ ...shape, accounts, instances, leavesOutEmptyRegions: true }),
});
console.log(
  reportAccountsCost({
    importMs,
    homeRegions: shape.homeRegions.length,
    alone: await measure(1, 20),
    together: await measure(10, 20),
    empty: await measure(10, 0),
  }),
);
