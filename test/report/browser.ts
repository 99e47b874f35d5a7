/** Headless Chromium for the tests and the benchmark of the report. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const usual = '/usr/bin/chromium';

/**
 * Path of the browser: PORTWATCH_CHROMIUM, otherwise the path on Debian. Throws an error with instructions if there is no browser, so that
 * no test is skipped silently.
 */
function findChromium(): string {
  const path = process.env['PORTWATCH_CHROMIUM'] ?? usual;
  if (existsSync(path)) return path;
  throw new Error(
    `There is no Chromium at ${path}; install it (apt-get install -y chromium) or set PORTWATCH_CHROMIUM to where it is.`,
  );
}

/** A browser that runs as root starts only without its sandbox. It opens only files that the tests wrote. */
export function openBrowser(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: findChromium(), args });
}
