/**
 * `npm run simulate -- --seeds N [--from S]` runs many seeds; `--seed S --verbose` replays one, step by step.
 * Exit code 1: a promise was broken; the command that replays it is printed.
 */
import { parseArgs } from 'node:util';
import { runSeed } from './run-seed.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const begunAt = performance.now();
let scans = 0;
let effects = 0;
for (let seed = from; seed < from + count; seed += 1) {
  const result = await runSeed(seed, values.verbose ? { trace: say } : {});
  scans += result.scans;
  effects += result.effects;
  if (result.violation) {
    say(`seed ${seed}: ${result.violation.message}`);
    say(`replay it with: npm run simulate -- --seed ${seed} --verbose`);
    process.exitCode = 1;
    break;
  }
}
const seconds = (performance.now() - begunAt) / 1000;
say(`${count} seeds from ${from}, ${scans} scans, ${effects} effects, ${seconds.toFixed(1)} s`);
