/** Draws the picture of the README from the demo: `node test/report/draw-picture.ts docs/images/report.png`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ReportData } from '../../cli/report/data/report-data.ts';
import { openBrowser } from './browser.ts';

const [picture = 'docs/images/report.png'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'portwatch-picture-'));
const file = join(folder, 'report.html');
const entry = fileURLToPath(new URL('../../bin/portwatch.ts', import.meta.url));
const browser = await openBrowser();
try {
  const demo = spawnSync(process.execPath, [entry, 'demo', '--out', file], { encoding: 'utf8' });
  if (demo.status !== 0) throw new Error(`the demo ended with ${demo.status}: ${demo.stderr}`);
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  await page.goto(pathToFileURL(file).href + chooseChange(readFileSync(file, 'utf8')));
  await page.waitForSelector('.details');
  const bottom = await page.locator('.card').evaluate((card) => card.getBoundingClientRect().bottom + scrollY);
  await page.evaluate(() => scrollTo(0, 0));
  await page.mouse.move(0, 0);
  await page.screenshot({
    path: picture,
    fullPage: true,
    clip: { x: 0, y: 0, width: 1440, height: Math.ceil(bottom) + 24 },
  });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** The link to the change that opened SSH on web-1. */
function chooseChange(html: string): string {
  const [, json = ''] = /id="data">(.*)<\/script>/.exec(html) ?? [];
  const data: ReportData = JSON.parse(json);
  const web = data.instances.find(({ name }) => name === 'web-1');
  const change = web?.changes.find(({ kind, severity }) => kind === 'changed' && severity === 'critical');
  if (web === undefined || change === undefined) throw new Error('the demo opened nothing on web-1');
  return `#instance=web-1&change=${web.region}/${web.name}/${new Date(change.at).toISOString()}`;
}
