/**
 * `invoke-scan.ts BUNDLE RESULT COUNT`: invokes the bundled scan function COUNT times, one invocation after another in one process, as AWS
 * Lambda does. Writes the usage of each invocation to the file RESULT. Needs the environment variables of the deployed function.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export interface Invocation {
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt: number;
  wallMs: number;
  cpuMs: number;
  /** The time of the process from its start to the end of this invocation. Includes the start of Node and the import of the bundle. */
  processWallMs: number;
  processCpuMs: number;
  peakBytes: number;
  /** The answer of the function. */
  answer: unknown;
}

const [bundle = '', resultFile = '', count = '1'] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(bundle).href);
const context = { functionName: 'Scan', awsRequestId: 'request-1', getRemainingTimeInMillis: () => 600_000 };

const invocations: Invocation[] = [];
while (invocations.length < Number(count)) {
  const startedAt = Date.now();
  const startedMs = performance.now();
  const usedAtStart = process.cpuUsage();
  const answer: unknown = await handler({}, context);
  const used = process.cpuUsage(usedAtStart);
  const usedByProcess = process.cpuUsage();
  invocations.push({
    startedAt,
    endedAt: Date.now(),
    wallMs: performance.now() - startedMs,
    cpuMs: (used.user + used.system) / 1000,
    processWallMs: performance.now(),
    processCpuMs: (usedByProcess.user + usedByProcess.system) / 1000,
    // `maxRSS` is in kilobytes on every platform. (macOS reports bytes, and libuv converts them.)
    peakBytes: process.resourceUsage().maxRSS * 1024,
    answer,
  });
}
writeFileSync(resultFile, JSON.stringify(invocations));
// Exit at once, because the function keeps connections open for its next invocation.
process.exit(0);
