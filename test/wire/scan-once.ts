import { flushCompileCache } from 'node:module';
import { realTime } from '../../lambda/adapters/clock-and-sleep.ts';
import { buildScan, type Deployment } from '../../lambda/build-scan.ts';

export interface ScanOrder {
  deployment: Deployment;
  clockAheadMs: number;
  scanMs: number;
}

async function scanOnce({ deployment, clockAheadMs, scanMs }: ScanOrder): Promise<void> {
  const limits = { readsPerRegion: 1, regionsAtOnce: 1, reserveMs: 1_000 };
  const clock = () => Date.now() + clockAheadMs;
  const scan = buildScan(deployment, { limits, time: { ...realTime, clock } });
  const report = await scan.run(clock() + scanMs, () => undefined);
  scan.destroy();
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

// A process that is killed writes nothing at its end.
flushCompileCache();
await scanOnce(JSON.parse(process.argv[2] ?? ''));
