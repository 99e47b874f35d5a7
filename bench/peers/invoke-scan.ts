/**
 * Invokes the bundled scan function as one environment of Lambda does, one invocation after another, and writes the usage of each one:
 * `invoke-scan.ts BUNDLE RESULT COUNT`. The environment variables are those of the deployed function.
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
    // Kilobytes on every platform: libuv converts the bytes of macOS.
    peakBytes: process.resourceUsage().maxRSS * 1024,
    answer,
  });
}
writeFileSync(resultFile, JSON.stringify(invocations));
// Exit at once, because the function keeps connections open for its next invocation.
process.exit(0);
