/**
 * `npm run bench:pass`: scans several accounts on the stand-ins with the bundled scan function, which runs in separate processes behind a
 * queue. A tenth of the invocations is killed. Prints times, usage and numbers of alerts.
 *
 * Ends with code 1 if a change has no alert, or if an alert is false or repeated without a reason. Also ends with code 1 after an error, a
 * dead letter, an account that was never scanned, or too much memory. `-- --instances 500 --accounts 5` makes a smaller run. Takes about
 * ten minutes at full size.
 */
import { scanMemoryMb } from '../lib/function-memory.ts';
import { readOptions } from '../test/support/read-options.ts';
import { bundleFunctions } from './bundle/bundle-functions.ts';
import { type Figure, renderFigures } from './figure.ts';
import { load, machine } from './machine.ts';
import { type AccountsReport, measureAccounts } from './pass/measure-accounts.ts';

/** The memory of the deployed function with several accounts. */
const memoryMb = scanMemoryMb.severalAccounts;

const sizes = { accounts: 25, instances: 10_000, passes: 3, concurrency: 2, batch: 3, killed: 0.1, seed: 1 };
const values = readOptions(sizes, []);

const bundles = bundleFunctions();
console.log(`${machine}, load ${load()}`);
const report = await measureAccounts({
  ...values,
  batchSize: values.batch,
  calmPasses: 2,
  hasEmptyRegions: true,
  bundle: bundles.scan,
  memoryMb,
}).finally(bundles.remove);
console.log(renderFigures(`${values.instances} instances in ${values.accounts} accounts`, figuresOf(report)));
const problems = [
  ...report.lost.map((change) => `lost: ${change}`),
  ...report.falseAlerts.map((alert) => `false: ${alert}`),
  ...report.notStarted.map((account) => `never scanned: ${account}`),
  ...report.repeatedWithoutReason.map((alertId) => `repeated without reason: ${alertId}`),
  ...(report.deadLetters > 0 ? [`${report.deadLetters} dead letters`] : []),
  ...(report.peakBytes > memoryMb * 2 ** 20 ? ['more memory than the deployed function has'] : []),
  ...report.errors.map((error) => `error: ${error}`),
];
for (const problem of problems.slice(0, 50)) console.log(problem);
if (problems.length > 0) {
  console.log(report.log.slice(-20).join('\n'));
  process.exitCode = 1;
}

function figuresOf({
  passes,
  invocations,
  killed,
  peakBytes,
  published,
  required,
  counted,
  repeated,
}: AccountsReport): Figure[] {
  const row = (what: string, here: string, comparison: string): Figure => ({ what, here, comparison, target: null });
  const peakMb = peakBytes / 2 ** 20;
  return [
    ...passes.map((pass, index) =>
      row(
        `pass ${index + 1}, from its start to the last scan`,
        `${(pass.wallMs / 1_000).toFixed(1)} s`,
        `${pass.invocations} invocations, ${pass.killed} killed; ${pass.readUnits} read and ${pass.writeUnits} write units; ${pass.messages} messages`,
      ),
    ),
    row('invocations', String(invocations), `${killed} killed`),
    row('changes that had to be alerted', String(required), `${counted} of them in the counts of a digest`),
    row('alerts published', String(published), `${repeated.length} more than once, all after a killed invocation`),
    {
      ...row(
        'peak memory of one process',
        `${peakMb.toFixed(0)} MB`,
        `${memoryMb} MB, the memory of the deployed function`,
      ),
      target: { text: 'less than the function has', isMet: peakMb <= memoryMb },
    },
  ];
}
