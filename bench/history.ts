/**
 * `npm run bench:history`: measures the questions of an incident on a month of 200 instances and 20,000 changes. Has no assertions, because
 * the result depends on the load of the machine. Takes about two minutes, most of it to generate the month and fill the table.
 */
import { cpus, loadavg } from 'node:os';
import { incidentInstance, wholeMonth } from '../test/data/generated-month-script.ts';
import { readOptions } from '../test/support/read-options.ts';
import { type Figure, renderFigures } from './figure.ts';
import { measureQuestion, type QuestionTime } from './history/measure-question.ts';
import { openMonth } from './history/open-month.ts';

readOptions({}, []);

const targetMs = 2_000;
const [at, from, until] = ['2026-11-10T15:00:00Z', '2026-11-10T00:00:00Z', '2026-11-11T00:00:00Z'];
const { name } = incidentInstance;

/** `isWhole`: the question reads the whole month, and its time is compared with the time of the bare requests. */
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

const load = () => loadavg()[0]?.toFixed(1);
console.log(
  `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}; load at the start ${load()}`,
);
const month = await openMonth(wholeMonth);
console.log(`The table holds ${month.items} items.\n`);
const figures: Figure[] = [];
for (const { args, isWhole } of questions) {
  const figure = report(args, isWhole === true, await measureQuestion(month, args));
  process.stderr.write(`${figure.what}: ${figure.here}\n`);
  figures.push(figure);
}
console.log(renderFigures(`Questions to ${wholeMonth.instances} instances and ${wholeMonth.changes} changes`, figures));
console.log(`Load of the machine at the end: ${load()} (above ${cpus().length}: times are too long)`);
await month.close();

function report(args: string[], isWhole: boolean, time: QuestionTime): Figure {
  const { wallMs, floorMs, requests, readUnits } = time;
  return {
    what: `portwatch ${args.join(' ')}`,
    here: `${wallMs.toFixed(0)} ms`,
    comparison: `${floorMs.toFixed(0)} ms, the same ${requests} requests (${readUnits} read units) by a plain client: ${(wallMs / floorMs).toFixed(2)} x`,
    target: isWhole ? null : { text: '<= 2 s', isMet: wallMs <= targetMs },
  };
}
