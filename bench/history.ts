/**
 * `npm run bench:history`: measures the time of the commands that a person runs in an incident. The table holds one month of history: 200
 * instances and 20,000 changes. Has no assertions, because the times depend on the load of the machine. Takes about two minutes, mostly to
 * generate the history and fill the table.
 */
import { incidentInstance, wholeMonth } from '../test/data/generated-month-script.ts';
import { readOptions } from '../test/support/read-options.ts';
import { type Figure, renderFigures } from './figure.ts';
import { measureQuestion, toFigure } from './history/measure-question.ts';
import { openMonth } from './history/open-month.ts';
import { load, loadLimit, machine } from './machine.ts';

readOptions({}, []);

const [at, from, until] = ['2026-11-10T15:00:00Z', '2026-11-10T00:00:00Z', '2026-11-11T00:00:00Z'];
const { name } = incidentInstance;

/** `isWhole`: the command reads the history of the whole month, and its time has no target. */
const questions: { args: string[]; isWhole?: true }[] = [
  { args: ['status'] },
  { args: ['history', name] },
  { args: ['history', '--since', from, '--until', until] },
  { args: ['history', '--since', '2026-10-01'], isWhole: true },
  { args: ['at', name, at] },
  { args: ['diff', name, from, at] },
  { args: ['exposed', '3306'] },
  { args: ['exposed', '3306', '--at', at] },
  { args: ['exposed', 'ssh', '--at', at, '--from', '203.0.113.77'] },
  { args: ['exposed', '3306', '--between', from, until] },
  { args: ['exposed', 'tcp/25', '--between', '2026-10-15', '2026-11-15'], isWhole: true },
  { args: ['exposed', '3306', '--between', '2026-10-15', '2026-11-15'], isWhole: true },
  { args: ['export', '--format', 'ndjson'], isWhole: true },
];

console.log(`${machine}; load at the start ${load()}`);
const month = await openMonth(wholeMonth);
console.log(`The table holds ${month.items} items.\n`);
const figures: Figure[] = [];
for (const { args, isWhole } of questions) {
  const figure = toFigure(args, await measureQuestion(month, args), isWhole ? null : 2);
  process.stderr.write(`${figure.what}: ${figure.here}\n`);
  figures.push(figure);
}
console.log(renderFigures(`Questions to ${wholeMonth.instances} instances and ${wholeMonth.changes} changes`, figures));
console.log(`Load of the machine at the end: ${load()} ${loadLimit}`);
await month.close();
