/** Runs the bundled scan function in a separate process, with the memory limit and the environment variables of a deployed function. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { memoryMb } from '../cost/report-cost.ts';
import { startTableMeter, sumUnits } from '../unchanged-scan/table-meter.ts';
import type { Invocation } from './invoke-scan.ts';
import { inNewFolder, runMeasured } from './run-measured.ts';
import { type StandIns, unlimited } from './stand-in.ts';

const script = fileURLToPath(new URL('invoke-scan.ts', import.meta.url));
/**
 * Lambda starts Node with limits of the heap: a tenth of the function's memory for the new space, and the rest for the old space. AWS does
 * not document these limits. They are in the start script of published images of Lambda's Node runtimes; the runtime of Node 24 can differ.
 */
const newSpaceMb = Math.floor(memoryMb / 10);
const heapLimits = [
  `--max-semi-space-size=${Math.floor(newSpaceMb / 2)}`,
  `--max-old-space-size=${memoryMb - newSpaceMb}`,
];

const answerSchema = z.object({
  complete: z.literal(true),
  alerts: z.literal(0),
  instancesListed: z.number(),
  instancesRead: z.number(),
});

/**
 * Invokes the function `count` times in one process. Throws if an instance was not read, or if an instance changed, because the measurement
 * is then not valid.
 */
export async function invokeScan(
  bundle: string,
  standIns: StandIns,
  count: number,
  environment: Readonly<Record<string, string>> = standIns.environment(),
): Promise<Invocation[]> {
  return inNewFolder(async (folder) => {
    const result = join(folder, 'invocations.json');
    const command = [process.execPath, ...heapLimits, script, bundle, result, String(count)];
    await runMeasured({ command, environment, folder, acceptedExitCodes: [0] });
    const invocations: Invocation[] = JSON.parse(readFileSync(result, 'utf8'));
    for (const { answer } of invocations) {
      const { instancesListed, instancesRead } = answerSchema.parse(answer);
      if (instancesListed !== standIns.instances || instancesRead !== standIns.instances)
        throw new Error(`Not every instance was read: ${JSON.stringify(answer)}`);
    }
    return invocations;
  });
}

/** Returns the capacity units of DynamoDB that one scan uses. An earlier scan must have stored the settings in the table. */
export async function meterScan(
  bundle: string,
  standIns: StandIns,
): Promise<{ readUnits: number; writeUnits: number }> {
  await standIns.setLightsail(unlimited);
  const meter = await startTableMeter(standIns.dynamodbUrl);
  try {
    await invokeScan(bundle, standIns, 1, standIns.environment(meter.url));
    return sumUnits(meter.calls());
  } finally {
    await meter.close();
  }
}
