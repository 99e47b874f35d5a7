/**
 * `npm run bench`: prints times and costs of Portwatch. Most figures have a second figure for comparison: a lower limit, or an alternative
 * program. Has no assertions; test/bench asserts the figures that do not depend on the machine. Takes about three minutes.
 */
import { readOptions } from '../test/support/read-options.ts';
import { type BundleFigures, measureBundles } from './bundle/measure-bundles.ts';
import { measureCompareTime } from './compare-time/measure-compare-time.ts';
import { reportCost } from './cost/report-cost.ts';
import { type Figure, renderFigures } from './figure.ts';
import { measureHelpTime } from './help-time/measure-help-time.ts';
import { load, loadLimit, machine } from './machine.ts';
import { measureScanTime } from './scan-time/measure-scan-time.ts';
import { measureScanWork } from './scan-time/measure-scan-work.ts';
import { measureUnchangedScan, type ScanUse } from './unchanged-scan/measure-unchanged-scan.ts';

readOptions({}, []);

const homes = ['eu-west-1', 'us-east-1'];
const fourRegions = [...homes, 'ap-south-1', 'eu-central-1'];

console.log(`${machine}, ${new Date().toISOString()}`);
console.log(`Load of the machine at the start: ${load()} ${loadLimit}\n`);

const bundles = measureBundles();
console.log(renderFigures('The function, minified, SDK included', reportBundles(bundles)));
console.log(renderFigures('The command', reportHelp()));
console.log(renderFigures('Comparing', reportComparing()));
const used = await measureUnchangedScan({ instances: 20, regions: homes, pageSize: 5 });
const used200 = await measureUnchangedScan({ instances: 200, regions: homes, pageSize: 5 });
console.log(renderFigures('A scan of an unchanged fleet', [...reportUse(20, used), ...reportUse(200, used200)]));
const work = await measureScanWork(20, homes);
console.log(
  reportCost({ instances: 20, homeRegions: homes.length, use: used, work, importMs: bundles.scan.bestImportMs }),
);
console.log(renderFigures('Time of a scan', await reportScanTimes()));
console.log(`Load of the machine at the end: ${load()}`);

function reportBundles({ scan, sdk }: { scan: BundleFigures; sdk: BundleFigures }): Figure[] {
  const compare = (what: string, here: number, comparison: number, unit: string, digits: number): Figure => ({
    what,
    here: `${here.toFixed(digits)} ${unit}`,
    comparison: `${comparison.toFixed(digits)} ${unit}, the SDK clients of the function, bundled with the same settings, with every credential source: ${(here / comparison).toFixed(2)} x`,
    target: { text: '<= 1.25 x', isMet: here <= 1.25 * comparison },
  });
  return [
    compare('size', scan.bytes / 1000, sdk.bytes / 1000, 'KB', 0),
    { ...compare('size, gzipped', scan.gzippedBytes / 1000, sdk.gzippedBytes / 1000, 'KB', 0), target: null },
    compare('time to import, median of 15', scan.importMs, sdk.importMs, 'ms', 1),
    { ...compare('time to import, best of 15', scan.bestImportMs, sdk.bestImportMs, 'ms', 1), target: null },
  ];
}

function reportHelp(): Figure[] {
  const { nodeMs, cloneMs, packageMs } = measureHelpTime();
  const mostMs = 1.5 * nodeMs + 100;
  const figure = (what: string, ms: number): Figure => ({
    what: `portwatch --help, ${what}, median of 15`,
    here: `${ms.toFixed(0)} ms`,
    comparison: `${nodeMs.toFixed(0)} ms, node -e 0`,
    target: { text: '<= 1.5 x node -e 0 + 100 ms', isMet: ms <= mostMs },
  });
  return [figure('of the package', packageMs), figure('of a clone', cloneMs)];
}

function reportComparing(): Figure[] {
  const { unchangedUs, deepEqualUs, sixtyMs } = measureCompareTime();
  return [
    {
      what: 'unchanged instance, 10 rules, hash included',
      here: `${unchangedUs.toFixed(1)} µs`,
      comparison: `${deepEqualUs.toFixed(1)} µs, isDeepStrictEqual, which treats a new order as a change`,
      target: { text: '<= 11 µs', isMet: unchangedUs <= 11 },
    },
    {
      what: '60 rules against 60 different ones',
      here: `${sixtyMs.toFixed(2)} ms`,
      comparison: '',
      target: { text: '<= 0.6 ms', isMet: sixtyMs <= 0.6 },
    },
  ];
}

function reportUse(
  instances: number,
  { lightsailCalls, readUnits, snsCalls, tableCalls, writeUnits }: ScanUse,
): Figure[] {
  const calls = Object.values(lightsailCalls).reduce((sum, count) => sum + count, 0);
  const writes = tableCalls.filter(({ operation }) => operation !== 'Query').length;
  const what = (of: string) => `${instances} instances: ${of}`;
  const target = { text: 'the fleet Query and 3 small writes', isMet: writes === 3 && writeUnits === 3 };
  return [
    {
      what: what('calls to Lightsail'),
      here: Object.entries(lightsailCalls)
        .map(([name, count]) => `${name} ${count}`)
        .join(', '),
      comparison: `${calls}: the regions, each region's pages of 5, each firewall`,
      target: null,
    },
    {
      what: what('units of the table'),
      here: `${readUnits} read, ${writeUnits} written`,
      comparison: `${instances} read, ${instances} written: one item read and written again for each instance`,
      target,
    },
    {
      what: what('calls to SNS'),
      here: String(snsCalls),
      comparison: '',
      target: { text: '0', isMet: snsCalls === 0 },
    },
  ];
}

async function reportScanTimes(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { instances, regions, latencyMs } of [
    { instances: 40, regions: fourRegions, latencyMs: 40 },
    { instances: 40, regions: fourRegions, latencyMs: 150 },
    { instances: 160, regions: fourRegions, latencyMs: 40 },
    { instances: 200, regions: ['eu-west-1'], latencyMs: 40 },
  ]) {
    const time = await measureScanTime({ instances, regions, latencyMs });
    const ratio = time.wallMs / time.floorMs;
    // With fast answers and few instances, the requests to the table are a larger part of the time, so the target allows more.
    const most = latencyMs * instances <= 40 * 40 ? 1.2 : 1.1;
    figures.push({
      what: `${instances} instances, ${regions.length} regions, ${latencyMs} ms a call`,
      here: `${time.wallMs.toFixed(0)} ms`,
      comparison:
        `${time.floorMs} ms lower bound: ${ratio.toFixed(2)} x; ${time.bareMs.toFixed(0)} ms, the same calls by plain HTTP: ` +
        `${(time.wallMs / time.bareMs).toFixed(2)} x; ` +
        `${time.oneByOneMs.toFixed(0)} ms, by the SDK one after another`,
      target: { text: `<= ${most.toFixed(2)} x the lower bound`, isMet: ratio <= most },
    });
  }
  return figures;
}
