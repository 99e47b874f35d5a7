/**
 * `npm run bench:signal`: counts the false alarms and the misses of each way of comparing, on the corpus (test/corpus).
 * Ends with 1 if Portwatch is wrong on any pair, or if Cloud Custodian could not be run.
 */
import { loadCorpus } from '../test/corpus/load-corpus.ts';
import { askCustodian, custodianVersion } from './signal/ask-custodian.ts';
import { countSignal, type Judged, type Signal } from './signal/count-signal.ts';
import { isToldByJsonDiff, isToldByPortwatch, isToldByUnorderedDiff } from './signal/told-by.ts';

const { categories } = loadCorpus();
const pairs = categories.flatMap((category) => category.pairs).filter((pair) => pair.label !== undefined);
const same = pairs.filter((pair) => pair.label === 'same').length;

const judgedBy = new Map<string, Judged[]>();
judgedBy.set('portwatch', judge(pairs.map(isToldByPortwatch)));
judgedBy.set('JSON diff', judge(pairs.map(isToldByJsonDiff)));
judgedBy.set('unordered diff', judge(pairs.map(isToldByUnorderedDiff)));
try {
  judgedBy.set(`c7n ${custodianVersion}`, judge(askCustodian(pairs)));
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
for (const [name, judged] of judgedBy) {
  const { falseAlarms, misses, openedMissed } = countSignal(judged);
  printRow(name, [`${falseAlarms} of ${same}`, `${misses} of ${pairs.length - same}`, String(openedMissed)]);
}

console.log('\nFalse alarms + misses by category:\n');
printRow('', [...judgedBy.keys()]);
for (const { name } of categories) {
  const signals = [...judgedBy.values()].map((judged) =>
    countSignal(judged.filter(({ pair }) => pair.category === name)),
  );
  printRow(name, signals.map(renderSignal));
}
console.log(`
The corpus is made of hard cases, so these are no rates to expect of a fleet; they say which cases a way of comparing gets wrong.
An answer of GetInstancePortStates does not say which families the instance has. Portwatch knows it from the listing; the others
compare rules alone, so in dormant-rules and ip-address-type they cannot be right.`);

const ours = countSignal(judgedBy.get('portwatch') ?? []);
if (ours.falseAlarms + ours.misses > 0) {
  process.exitCode = 1;
  console.error('\nPortwatch is wrong on its own corpus: npm test -- test/corpus says where.');
}

function judge(told: readonly boolean[]): Judged[] {
  return pairs.map((pair, index) => ({ pair, isTold: told[index] === true }));
}

function printRow(name: string, cells: readonly string[]): void {
  console.log(name.padEnd(28) + cells.map((cell) => cell.padStart(16)).join(''));
}

function renderSignal({ falseAlarms, misses }: Signal): string {
  return falseAlarms + misses === 0 ? '·' : `${falseAlarms} + ${misses}`;
}
