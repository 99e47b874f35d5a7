/** Writes a report to a separate folder and opens it from disk, as a person does. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildPage } from '../../cli/report/build-page.ts';
import { buildReportData, type ReportInput } from '../../cli/report/data/build-report-data.ts';
import type { ReportData } from '../../cli/report/data/report-data.ts';

export interface WrittenReport {
  data: ReportData;
  html: string;
  url: string;
  /** Deletes the file. */
  close(): void;
}

export async function writeTestReport(input: ReportInput): Promise<WrittenReport> {
  const folder = mkdtempSync(join(tmpdir(), 'portwatch-report-'));
  const data = buildReportData(input);
  const html = await buildPage(data);
  const file = join(folder, 'report.html');
  writeFileSync(file, html);
  return { data, html, url: pathToFileURL(file).href, close: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface OpenReport {
  page: Page;
  /** Errors on the page, and requests to the network: both must be empty. */
  troubles: string[];
  close(): Promise<void>;
}

export async function openReport(
  browser: Browser,
  { url }: Pick<WrittenReport, 'url'>,
  hash = '',
  options: BrowserContextOptions = {},
): Promise<OpenReport> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', ({ message }) => troubles.push(`error: ${message}`));
  page.on('console', (message) => troubles.push(`console: ${message.text()}`));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url && !request.url().startsWith('data:'))
      troubles.push(`request: ${request.url()}`);
  });
  await page.goto(url + hash);
  await waitForShow(page, 0);
  return { page, troubles, close: () => context.close() };
}

/** Draws every card. In normal use a card is drawn when it comes near the screen. */
export async function drawAll(page: Page): Promise<void> {
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
}

/** Sets a filter of the open page by its address, as a link does. */
export async function setFilter(page: Page, hash: string): Promise<void> {
  const before = await page.evaluate((to) => {
    const isThere = (location.hash || '#') === to;
    if (!isThere) location.hash = to;
    return isThere ? -1 : performance.getEntriesByName('portwatch-show').length;
  }, hash);
  await waitForShow(page, before);
}

/** Waits by time and not by frames, because a machine that is busy with other tests may draw no frame for a long time. */
async function waitForShow(page: Page, count: number): Promise<void> {
  const isShown = (shown: number) => performance.getEntriesByName('portwatch-show').length > shown;
  await page.waitForFunction(isShown, count, { polling: 50, timeout: 100_000 });
}
