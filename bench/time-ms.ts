import { median } from './median.ts';

export async function timeMs(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

/** Returns the medians of `runs` calls of `action`, in milliseconds. `cpuMs`: the processor time of this thread. */
export async function medianTimes(
  runs: number,
  action: () => Promise<unknown>,
): Promise<{ wallMs: number; cpuMs: number }> {
  const walls: number[] = [];
  const cpus: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const usedAt = process.threadCpuUsage();
    walls.push(await timeMs(action));
    const { user, system } = process.threadCpuUsage(usedAt);
    cpus.push((user + system) / 1000);
  }
  return { wallMs: median(walls), cpuMs: median(cpus) };
}
