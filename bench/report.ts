/**
 * `npm run bench:report`: measures the time to build a report, to open it in a browser, and to filter it. The report covers one month with
 * 200 instances and 20,000 changes. Needs Chromium. Has no assertions, because the times depend on the load of the machine.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { buildPage } from '../cli/report/build-page.ts';
import { buildReportData } from '../cli/report/data/build-report-data.ts';
import { generateMonth } from '../test/data/generated-month.ts';
import { monthEnd, wholeMonth } from '../test/data/generated-month-script.ts';
import { openBrowser } from '../test/report/browser.ts';
import { inputFromItems } from '../test/report/month-input.ts';
import { readOptions } from '../test/support/read-options.ts';
import { type Figure, renderFigures } from './figure.ts';
import { median } from './median.ts';

readOptions({}, []);

/** Filters that a person uses in an incident. Each text is typed into its field, and the earlier filters stay. */
const questions: readonly [field: string, text: string][] = [
  ['f-port', '3306'],
  ['f-address', '203.0.113.7'],
  ['f-at', '2026-11-10T14:00'],
  ['f-instance', 'web-*'],
];

const rounds = 5;

const from = new Date(Date.parse(monthEnd) - wholeMonth.days * 86_400_000).toISOString();
const month = await generateMonth(wholeMonth);
const input = inputFromItems(month.items, wholeMonth.account, { from, until: monthEnd });
const startedAt = performance.now();
const data = buildReportData(input);
const html = await buildPage(data);
const buildMs = performance.now() - startedAt;
const folder = mkdtempSync(join(tmpdir(), 'portwatch-bench-'));
const file = join(folder, 'report.html');
writeFileSync(file, html);
const browser = await openBrowser();
try {
  const paints: number[] = [];
  const firstShows: number[] = [];
  const asked = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(pathToFileURL(file).href);
    firstShows.push(await showMs(page, 0));
    paints.push(await page.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0].startTime`));
    for (const [i, [field, text]] of questions.entries()) {
      await page.fill(`#${field}`, text);
      asked.set(`${field.slice(2)} ${text}`, [
        ...(asked.get(`${field.slice(2)} ${text}`) ?? []),
        await showMs(page, i + 1),
      ]);
    }
    await page.close();
  }
  console.log(renderFigures('The report of a month', listFigures(paints, firstShows, asked)));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** Milliseconds from a filter to the finished layout, as the page measures it, without the delay after typing. */
async function showMs(page: Page, number: number): Promise<number> {
  await page.waitForFunction((count) => performance.getEntriesByName('portwatch-show').length > count, number);
  return page.evaluate<number>(`(() => {
    const shown = performance.getEntriesByName('portwatch-show')[${number}].duration;
    const start = performance.now();
    document.body.getBoundingClientRect();
    return shown + performance.now() - start;
  })()`);
}

function listFigures(
  paints: readonly number[],
  firstShows: readonly number[],
  asked: ReadonlyMap<string, number[]>,
): Figure[] {
  const changes = data.instances.reduce((sum, instance) => sum + instance.changes.length, 0);
  const within = (text: string, ms: number, limitMs: number) => ({ text, isMet: ms <= limitMs });
  const plain = (what: string, here: string): Figure => ({ what, here, comparison: '', target: null });
  const timed = (what: string, times: readonly number[], limitMs: number): Figure => {
    const ms = median(times);
    return { what, here: `${ms.toFixed(0)} ms`, comparison: '', target: within(`<= ${limitMs} ms`, ms, limitMs) };
  };
  return [
    plain('instances, changes', `${data.instances.length}, ${changes}`),
    plain('size of the file', `${(html.length / 1e6).toFixed(1)} MB`),
    plain('built from the data', `${(buildMs / 1000).toFixed(1)} s`),
    timed('first paint', paints, 500),
    timed('complete layout', firstShows, 500),
    ...[...asked].map(([question, times]) => timed(`answered: ${question}`, times, 200)),
  ];
}
