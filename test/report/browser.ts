/** Headless Chromium for the tests and the benchmark of the report. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const usual = '/usr/bin/chromium';

/** Path of the browser: PORTWATCH_CHROMIUM, else Debian's. Throws with what to do where there is none: no test is skipped in silence. */
export function findChromium(): string {
  const path = process.env['PORTWATCH_CHROMIUM'] ?? usual;
  if (existsSync(path)) return path;
  throw new Error(
    `There is no Chromium at ${path}; install it (apt-get install -y chromium) or set PORTWATCH_CHROMIUM to where it is.`,
  );
}

/** As root a browser starts without its sandbox or not at all; it only opens files that the tests made. */
export function openBrowser(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: findChromium(), args });
}
