/**
 * `npm run simulate -- --seeds N [--from S]` runs many seeds; `--seed S --verbose` repeats one seed, step by step. `--several`: runs with
 * several accounts, passes and the collector. `--json` prints JSON for programs; `--whole` also renders mail and chat; `--dynamodb` uses a
 * table in dynalite. Exit code 1: a promise was broken, and the command that repeats the seed is printed. Exit code 2: a wrong option.
 */
import { readOptions } from '../support/read-options.ts';
import { renderPlainly } from './plain-rendering.ts';
import type { SimulationReport } from './simulate-seeds.ts';

const flags = ['verbose', 'json', 'whole', 'dynamodb', 'several'] as const;
const values = readOptions({ seeds: 10_000, from: 1, seed: null }, flags);

if (!values.whole) renderPlainly();
const { simulateSeeds } = await import('./simulate-seeds.ts');
const dynamodb = values.dynamodb ? await (await import('./open-dynamodb-table.ts')).openDynamoDbTable() : null;

// The reader of the output may close it early.
process.stdout.on('error', () => process.exit());
const say = (line: string) => process.stdout.write(`${line}\n`);
const count = values.seed === null ? values.seeds : 1;
const report = await simulateSeeds({
  from: values.seed ?? values.from,
  isEnough: ({ seeds }) => seeds === count,
  isOfSeveral: values.several,
  trace: values.verbose ? say : undefined,
  table: dynamodb?.table ?? null,
});
if (values.json) say(JSON.stringify(report));
else sayReport(report);
if (report.violation) process.exitCode = 1;
await dynamodb?.close();

function sayReport({ seeds, scans, effects, events, violation }: SimulationReport): void {
  say(`${seeds} seeds, ${scans} scans, ${effects} effects, ${(process.uptime()).toFixed(0)} s`);
  for (const [event, count] of Object.entries(events).sort()) say(`  ${String(count).padStart(8)}  ${event}`);
  if (violation === null) say('every promise was kept');
  else say(`seed ${violation.seed}: ${violation.message}\nreplay it with: ${violation.replay}`);
}
