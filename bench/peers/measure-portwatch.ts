import type { Invocation } from './invoke-scan.ts';
import { factsOf, type Lightsail, type LightsailCall } from './lightsail-facts.ts';
import { invokeScan } from './measure-scan.ts';
import type { StandIns } from './stand-in.ts';
import type { Measured } from './tables.ts';

/**
 * `cold`: the first scan, including the start of its process. `warm`: the median of three later scans in the same process. With 1,000
 * instances or more, `warm` is the only later scan. With 10,000 instances or more, `warm` is the first scan without the process start.
 */
export async function measurePortwatch(
  bundle: string,
  standIns: StandIns,
  lightsail: Lightsail,
): Promise<{ cold: Measured; warm: Measured }> {
  await standIns.setLightsail(lightsail);
  await standIns.takeCalls();
  const [cold, ...later] = await invokeScan(bundle, standIns, 1 + warmScans(standIns));
  const calls = await standIns.takeCalls();
  if (cold === undefined) throw new Error('The scan function was not invoked.');
  const warm = later.toSorted((a, b) => a.wallMs - b.wallMs)[Math.floor(later.length / 2)] ?? cold;
  const measure = (invocation: Invocation, wallMs: number, cpuMs: number): Measured => {
    const facts = factsOf(callsOf(invocation, calls), standIns, lightsail, false);
    return { wallMs, cpuMs, peakBytes: invocation.peakBytes, ...facts, instancesRead: facts.instances };
  };
  return {
    cold: measure(cold, cold.processWallMs, cold.processCpuMs),
    warm: measure(warm, warm.wallMs, warm.cpuMs),
  };
}

/**
 * The number of scans after the first one. A small fleet needs more scans, because Node compiles only code that has run often. A function
 * that has run for hours is even faster.
 */
function warmScans({ instances }: StandIns): number {
  if (instances < 1000) return 3;
  return instances < 10_000 ? 1 : 0;
}

function callsOf({ startedAt, endedAt }: Invocation, calls: readonly LightsailCall[]): LightsailCall[] {
  return calls.filter(({ at }) => Date.parse(at) >= startedAt && Date.parse(at) <= endedAt);
}
