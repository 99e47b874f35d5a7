/**
 * `npm run simulate -- --seeds N [--from S]` runs many seeds; `--seed S --verbose` repeats one seed, step by step. `--several`: runs with
 * several accounts, passes and the collector. `--json` prints JSON for programs; `--whole` also renders mail and chat; `--dynamodb` uses a
 * table in dynalite. Exit code 1: a promise was broken, and the command that repeats the seed is printed. Exit code 2: a wrong option.
 */
import { readOptions } from '../support/read-options.ts';
import { renderPlainly } from './plain-rendering.ts';

export interface SimulationReport {
  seeds: number;
  scans: number;
  effects: number;
  /** By event: the number of seeds in which it happened. */
  events: Record<string, number>;
  violation: { seed: number; message: string; replay: string } | null;
}

const flags = ['verbose', 'json', 'whole', 'dynamodb', 'several'] as const;
const values = readOptions({ seeds: 10_000, from: 1, seed: null }, flags);

if (!values.whole) renderPlainly();
const { runSeed } = await import('./run-seed.ts');
const { runSeveralAccounts } = await import('./run-several-accounts.ts');
const dynamodb = values.dynamodb ? await (await import('./open-dynamodb-table.ts')).openDynamoDbTable() : null;

// The reader of the output may close it early.
process.stdout.on('error', () => process.exit());
const say = (line: string) => process.stdout.write(`${line}\n`);
const report = await simulate(
  values.seed ?? values.from,
  values.seed === null ? values.seeds : 1,
  values.verbose ? say : undefined,
);
if (values.json) say(JSON.stringify(report));
else sayReport(report);
if (report.violation) process.exitCode = 1;
await dynamodb?.close();

/** Stops at the first seed that breaks a promise. */
async function simulate(from: number, count: number, trace?: (line: string) => void): Promise<SimulationReport> {
  const counted: SimulationReport = { seeds: 0, scans: 0, effects: 0, events: {}, violation: null };
  for (let seed = from; counted.seeds < count; seed += 1) {
    const { violation, scans, effects, events } = values.several
      ? await runSeveralAccounts(seed, { trace })
      : await runSeed(seed, { trace, table: dynamodb?.table, account: String(seed).padStart(12, '0') });
    counted.seeds += 1;
    counted.scans += scans;
    counted.effects += effects;
    for (const event of events) counted.events[event] = (counted.events[event] ?? 0) + 1;
    if (violation === null) continue;
    const replay = `npm run simulate -- ${dynamodb ? '--dynamodb ' : ''}${values.several ? '--several ' : ''}--seed ${seed} --verbose`;
    return { ...counted, violation: { seed, message: violation.message, replay } };
  }
  return counted;
}

function sayReport({ seeds, scans, effects, events, violation }: SimulationReport): void {
  say(`${seeds} seeds, ${scans} scans, ${effects} effects, ${(process.uptime()).toFixed(0)} s`);
  for (const [event, count] of Object.entries(events).sort()) say(`  ${String(count).padStart(8)}  ${event}`);
  if (violation === null) say('every promise was kept');
  else say(`seed ${violation.seed}: ${violation.message}\nreplay it with: ${violation.replay}`);
}
