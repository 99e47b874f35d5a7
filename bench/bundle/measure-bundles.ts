import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { median } from '../median.ts';
import { bundleFunctions } from './bundle-functions.ts';

export interface BundleFigures {
  bytes: number;
  gzippedBytes: number;
  /** Milliseconds to import the bundle in a new process: median, and minimum. On a busy machine the minimum varies less than the median. */
  importMs: number;
  bestImportMs: number;
}

const runs = 15;

/** Imports the two bundles alternately, so that a change in the load of the machine affects both. */
export function measureBundles(): { scan: BundleFigures; sdk: BundleFigures } {
  const bundles = bundleFunctions();
  try {
    const scanTimes: number[] = [];
    const sdkTimes: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      scanTimes.push(importMs(bundles.scan));
      sdkTimes.push(importMs(bundles.sdk));
    }
    return { scan: figuresOf(bundles.scan, scanTimes), sdk: figuresOf(bundles.sdk, sdkTimes) };
  } finally {
    bundles.remove();
  }
}

function figuresOf(file: string, times: readonly number[]): BundleFigures {
  const bundle = readFileSync(file);
  return {
    bytes: bundle.length,
    gzippedBytes: gzipSync(bundle).length,
    importMs: median(times),
    bestImportMs: Math.min(...times),
  };
}

function importMs(file: string): number {
  const script = `${file}.time.mjs`;
  const code = `const startedAt = performance.now();
await import(${JSON.stringify(file)});
process.stdout.write(String(performance.now() - startedAt));`;
  writeFileSync(script, code);
  return Number(execFileSync(process.execPath, [script], { env: {}, encoding: 'utf8' }));
}
