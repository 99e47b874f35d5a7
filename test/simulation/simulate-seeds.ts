/** Runs seeds one after the other and counts what happened in them. */
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import { runSeed, type SeedResult } from './run-seed.ts';
import { runSeveralAccounts } from './run-several-accounts.ts';

export interface SimulationReport {
  seeds: number;
  scans: number;
  effects: number;
  /** By event: the number of seeds in which it happened. */
  events: Record<string, number>;
  violation: { seed: number; message: string; replay: string } | null;
}

interface SimulationOptions {
  /** The first seed. */
  from: number;
  /** Is asked before each seed. */
  isEnough: (report: SimulationReport) => boolean;
  isOfSeveral?: boolean;
  trace?: (line: string) => void;
  /** Null or missing: in memory, a new table for each seed. */
  table?: FleetStore | null;
}

/** Stops at the first seed that breaks a promise. */
export async function simulateSeeds(options: SimulationOptions): Promise<SimulationReport> {
  const report: SimulationReport = { seeds: 0, scans: 0, effects: 0, events: {}, violation: null };
  for (let seed = options.from; report.violation === null && !options.isEnough(report); seed += 1) {
    const { violation, scans, effects, events } = await simulateSeed(seed, options);
    report.seeds += 1;
    report.scans += scans;
    report.effects += effects;
    for (const event of events) report.events[event] = (report.events[event] ?? 0) + 1;
    if (violation !== null) report.violation = { seed, message: violation.message, replay: replayOf(seed, options) };
  }
  return report;
}

function simulateSeed(seed: number, { isOfSeveral, trace, table }: SimulationOptions): Promise<SeedResult> {
  if (isOfSeveral) return runSeveralAccounts(seed, { trace });
  return runSeed(seed, { trace, table: table ?? undefined, account: String(seed).padStart(12, '0') });
}

function replayOf(seed: number, { isOfSeveral, table }: SimulationOptions): string {
  return `npm run simulate -- ${table ? '--dynamodb ' : ''}${isOfSeveral ? '--several ' : ''}--seed ${seed} --verbose`;
}
