/**
 * `npm run bench:signal`: compares pairs of firewalls (test/corpus) with Portwatch, with Cloud Custodian, and with two simple diffs. Prints
 * the false alarms and the misses of each. Ends with code 1 if Portwatch is wrong about a pair, or if Cloud Custodian could not be run.
 */
import { loadCorpus } from '../test/corpus/load-corpus.ts';
import { readOptions } from '../test/support/read-options.ts';
import { type ComparedPair, countSignal, type Signal } from './signal/count-signal.ts';
import { custodianVersion, runCustodian } from './signal/run-custodian.ts';
import { isReportedByJsonDiff, isReportedByPortwatch, isReportedByUnorderedDiff } from './signal/ways-to-compare.ts';

readOptions({}, []);

const { categories } = loadCorpus();
const pairs = categories.flatMap((category) => category.pairs).filter((pair) => pair.label !== undefined);
const same = pairs.filter((pair) => pair.label === 'same').length;

const comparedBy = new Map<string, ComparedPair[]>();
comparedBy.set('portwatch', toPairs(pairs.map(isReportedByPortwatch)));
comparedBy.set('JSON diff', toPairs(pairs.map(isReportedByJsonDiff)));
comparedBy.set('unordered diff', toPairs(pairs.map(isReportedByUnorderedDiff)));
try {
  comparedBy.set(`c7n ${custodianVersion}`, toPairs(runCustodian(pairs)));
} catch (error) {
  process.exitCode = 1;
  console.error(
    `Cloud Custodian was not run and is left out. ${error instanceof Error ? error.message : String(error)}`,
  );
}

console.log(
  `${pairs.length} labelled changes in ${categories.length} categories: ${same} same, ${pairs.length - same} not.\n`,
);
printRow('', ['false alarms', 'misses', 'opened missed']);
for (const [name, compared] of comparedBy) {
  const { falseAlarms, misses, openedMissed } = countSignal(compared);
  printRow(name, [`${falseAlarms} of ${same}`, `${misses} of ${pairs.length - same}`, String(openedMissed)]);
}

console.log('\nFalse alarms + misses by category:\n');
printRow('', [...comparedBy.keys()]);
for (const { name } of categories) {
  const signals = [...comparedBy.values()].map((compared) =>
    countSignal(compared.filter(({ pair }) => pair.category === name)),
  );
  printRow(name, signals.map(renderSignal));
}
console.log(`
The corpus consists of hard cases. The counts show which cases a way of comparing gets wrong, not how often that happens in a fleet.
An answer of GetInstancePortStates does not contain the address families of the instance. Portwatch reads them from the listing; the
other ways compare rules alone, so they cannot be right in dormant-rules and ip-address-type.`);

const ours = countSignal(comparedBy.get('portwatch') ?? []);
if (ours.falseAlarms + ours.misses > 0) {
  process.exitCode = 1;
  console.error('\nPortwatch is wrong on its own corpus: npm test -- test/corpus shows the cases.');
}

function toPairs(reported: readonly boolean[]): ComparedPair[] {
  return pairs.map((pair, index) => ({ pair, isReported: reported[index] === true }));
}

function printRow(name: string, cells: readonly string[]): void {
  console.log(name.padEnd(28) + cells.map((cell) => cell.padStart(16)).join(''));
}

function renderSignal({ falseAlarms, misses }: Signal): string {
  return falseAlarms + misses === 0 ? '·' : `${falseAlarms} + ${misses}`;
}
