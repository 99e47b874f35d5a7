import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { openBrowser } from './browser.ts';
import { drawAll, openReport, writeTestReport } from './open-report.ts';
import { buildSampleInput } from './sample-fleet.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const browser = await closeAfterTests(openBrowser());
const report = await closeAfterTests(writeTestReport(buildSampleInput()));

/** Every rule of axe for WCAG 2.2 A and AA and for best practices; returns one line for each violation. */
async function findViolations(page: Page): Promise<string[]> {
  // Injected through the debugger, because the content security policy of the page does not apply there.
  await page.evaluate(axeSource);
  const found = await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations, passes }) => ({ count: passes.length, lines: violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)) }))`,
  );
  const { count, lines } = found as { count: number; lines: string[] };
  expect(count).toBeGreaterThan(20);
  return lines;
}

const places: [what: string, hash: string][] = [
  ['as it opens', ''],
  ['with a filter on', '#port=3306&address=203.0.113.7'],
  ['with a change open', '#change=eu-west-1/web-1/2026-11-12T12:05Z'],
  ['with something not understood', '#port=sssh&at=1999-01-01'],
];

describe.each(['light', 'dark'] as const)('%s: axe finds no violation', (colorScheme) => {
  test.each(places)('%s', async (_, hash) => {
    const { page, close } = await openReport(browser, report, hash, { colorScheme });
    await drawAll(page);
    expect(await findViolations(page)).toEqual([]);
    await close();
  });

  test('in print', async () => {
    const { page, close } = await openReport(browser, report, '#change=eu-west-1/web-1/2026-11-12T12:05Z', {
      colorScheme,
    });
    await page.emulateMedia({ media: 'print', colorScheme });
    expect(await findViolations(page)).toEqual([]);
    await close();
  });

  test('on a phone', async () => {
    const { page, close } = await openReport(browser, report, '', {
      colorScheme,
      viewport: { width: 360, height: 740 },
    });
    await drawAll(page);
    expect(await findViolations(page)).toEqual([]);
    await close();
  });
});

describe.each([360, 820, 1600])('at a width of %d', (width) => {
  test.each(places)('nothing is wider than the page, %s', async (_, hash) => {
    const { page, close } = await openReport(browser, report, hash, { viewport: { width, height: 900 } });
    await drawAll(page);
    const { scroll, client } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
    }));
    expect(scroll).toBeLessThanOrEqual(client);
    await close();
  });
});

test('in print every shown card is drawn, in light colours', async () => {
  const { page, close } = await openReport(browser, report, '', {
    colorScheme: 'dark',
    viewport: { width: 1280, height: 300 },
  });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.card')].every((card) => card.querySelector('.lanes')),
  );
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  await close();
});
