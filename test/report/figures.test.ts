import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { findOpenSpans, type OpenSpan } from '../../cli/questions/certainty-of-open-ports.ts';
import { exposureSpans, type Span } from '../../cli/questions/exposure-spans.ts';
import type { HistorySlice } from '../../cli/questions/history-slice.ts';
import type { PortQuery } from '../../cli/questions/port-query.ts';
import { generateMonth } from '../data/generated-month.ts';
import { monthEnd, smallMonth } from '../data/generated-month-script.ts';
import { openBrowser } from './browser.ts';
import { inputFromItems } from './month-input.ts';
import { drawAll, type OpenReport, openReport, setFilter, type WrittenReport, writeTestReport } from './open-report.ts';

const plan = { ...smallMonth, instances: 12, changes: 300 };
const span: Span = { from: new Date(Date.parse(monthEnd) - plan.days * 86_400_000).toISOString(), until: monthEnd };

let browser: Browser;
let report: WrittenReport;
let open: OpenReport;
let slices: readonly HistorySlice[];

beforeAll(async () => {
  browser = await openBrowser();
  const month = await generateMonth(plan);
  const input = inputFromItems(month.items, plan.account, span);
  slices = input.slices;
  report = await writeTestReport(input);
  open = await openReport(browser, report);
});

afterAll(async () => {
  await browser.close();
  report.close();
});

interface Shown {
  name: string;
  changes: number;
  lanes: Record<string, { openMs: number; allMs: number }>;
}

/** The text that a person reads on the cards. */
function readCards(): Promise<Shown[]> {
  return open.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.card')].map((card) => ({
      name: card.dataset['instance'] ?? '',
      changes: Number(
        /^([\d,]+) change/.exec(card.querySelector('.meta')?.textContent ?? '')?.[1]?.replaceAll(',', ''),
      ),
      lanes: Object.fromEntries(
        [...card.querySelectorAll<HTMLElement>('[data-lane]')].map((row) => {
          const { openMs, allMs } = row.querySelector<HTMLElement>('.total')?.dataset ?? {};
          return [row.dataset['lane'] ?? '', { openMs: Number(openMs), allMs: Number(allMs) }];
        }),
      ),
    })),
  );
}

/** The label of the lane that contains the port: a range if the port was never opened alone. */
function laneWith(name: string, port: number): string | undefined {
  const instance = report.data.instances.find((each) => `${each.region}/${each.name}` === name);
  const isIn = ([protocol, from, to]: readonly [string, number, number]) =>
    protocol === 'tcp' && from <= port && port <= to;
  return instance?.lanes.find(({ ports }) => ports.some(isIn))?.label;
}

/** The page is blank before monitoring started, because that time is unknown. */
function openSpansOf(slice: HistorySlice, portQuery: PortQuery): OpenSpan[] {
  const [first] = slice.entries;
  const isBlank = ({ until }: OpenSpan) => first?.changedAfter === null && until <= first.at;
  return findOpenSpans(slice, span, portQuery).filter((each) => each.certainty !== 'unknown' && !isBlank(each));
}

const nameOf = ({ resource }: HistorySlice) => `${resource.region}/${resource.instanceName}`;

describe('the figures of a month on the page', () => {
  test('P6: the number of changes of every instance', async () => {
    const shown = await readCards();
    const expected = slices.map((each) => [
      nameOf(each),
      each.entries.filter(({ at }) => at >= span.from && at <= span.until).length,
    ]);
    expect(Object.fromEntries(shown.map(({ name, changes }) => [name, changes]))).toEqual(Object.fromEntries(expected));
    expect(shown.length).toBeGreaterThanOrEqual(plan.instances);
  });

  test.each([22, 80, 443, 3306, 8080])(
    'P6: the time that tcp %d was open on every instance, known and possible',
    async (port) => {
      await setFilter(open.page, '#');
      await drawAll(open.page);
      const portQuery = { protocol: 'tcp' as const, from: port, to: port, source: null };
      for (const { name, lanes } of await readCards()) {
        const own = slices.find((each) => nameOf(each) === name);
        const spans = own === undefined ? [] : openSpansOf(own, portQuery);
        const sum = (chosen: typeof spans) =>
          chosen.reduce((ms, { from, until }) => ms + Date.parse(until) - Date.parse(from), 0);
        const expected = { openMs: sum(spans.filter(({ certainty }) => certainty === 'open')), allMs: sum(spans) };
        const label = laneWith(name, port);
        expect({ name, ...(label === undefined ? { openMs: 0, allMs: 0 } : lanes[label]) }).toEqual({
          name,
          ...expected,
        });
      }
    },
  );

  test('P6: the instances that an address could reach, and the times', async () => {
    const source = '203.0.113.7';
    await setFilter(open.page, `#port=3306&address=${source}`);
    await drawAll(open.page);
    const portQuery = { protocol: null, from: 3306, to: 3306, source };
    const expected = slices.flatMap((each): [string, number][] => {
      const spans = openSpansOf(each, portQuery);
      const ms = spans.reduce((sum, { from, until }) => sum + Date.parse(until) - Date.parse(from), 0);
      return spans.length === 0 ? [] : [[nameOf(each), ms]];
    });
    const shown = (await readCards()).map(({ name, lanes }) => [
      name,
      Object.values(lanes).reduce((ms, { allMs }) => ms + allMs, 0),
    ]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(expected));
    expect(expected.length).toBeGreaterThan(0);
  });

  test('P5: the known part of the time', async () => {
    const isSeen = ({ entries: [first] }: HistorySlice, until: string) =>
      first?.changedAfter !== null || until > first.at;
    const spans = slices.flatMap((each) => exposureSpans(each, span).filter(({ until }) => isSeen(each, until)));
    const sum = (kinds: string[]) =>
      spans
        .filter(({ kind }) => kinds.includes(kind))
        .reduce((ms, { from, until }) => ms + Date.parse(until) - Date.parse(from), 0);
    const share = (Math.floor((1000 * sum(['known', 'either'])) / sum(['known', 'either', 'unknown'])) / 10).toFixed(1);
    expect(await open.page.textContent('[data-tile=coverage]')).toBe(`${share} %`);
  });

  test('no network request and no error on the page', () => expect(open.troubles).toEqual([]));
});
