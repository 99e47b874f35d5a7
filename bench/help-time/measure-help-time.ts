import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from '../median.ts';

interface HelpTime {
  /** Median milliseconds: of an empty Node process, and of `portwatch --help` in a clone and in the built package. */
  nodeMs: number;
  cloneMs: number;
  packageMs: number;
}

const runs = 15;
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Measures the time of `portwatch --help` in a separate process. Builds the package. */
export function measureHelpTime(): HelpTime {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: repository });
  const commands = {
    nodeMs: ['-e', '0'],
    cloneMs: ['-r', './bin/check-node.cjs', 'bin/portwatch.ts', '--help'],
    packageMs: ['dist/portwatch.cjs', '--help'],
  };
  const times = { nodeMs: [] as number[], cloneMs: [] as number[], packageMs: [] as number[] };
  // Each round runs the three commands, so that all have the same conditions. The first round only fills Node's cache of compiled code.
  for (let run = 0; run <= runs; run += 1) {
    for (const name of ['nodeMs', 'cloneMs', 'packageMs'] as const) {
      const startedAt = performance.now();
      execFileSync(process.execPath, commands[name], { cwd: repository });
      if (run > 0) times[name].push(performance.now() - startedAt);
    }
  }
  return { nodeMs: median(times.nodeMs), cloneMs: median(times.cloneMs), packageMs: median(times.packageMs) };
}
