import { describe, expect, test } from '@jest/globals';
import type { Span } from '../../../cli/aws/entry-span.ts';
import { ScansAround } from '../../../cli/aws/load-scans-around.ts';
import type { NotedScan } from '../../../lambda/history/scan-note.ts';

const start = Date.parse('2026-11-10T00:00:00.000Z');
const instant = (minute: number) => new Date(start + minute * 60_000).toISOString();

/** One scan every minute, two seconds long, numbered by its minute. */
const scans = Array.from({ length: 400 }, (_, minute): NotedScan => {
  const endedAt = new Date(start + minute * 60_000 + 2_000).toISOString();
  const counts = { instancesListed: 0, instancesRead: 0, changes: minute, alerts: 0 };
  return {
    startedAt: instant(minute),
    endedAt,
    complete: true,
    regionsListed: [],
    notRead: [],
    regionsFailed: {},
    ...counts,
  };
});

function openAt(from: string, until = from) {
  const asked: number[] = [];
  const loadScans = async (span: Span, count: number, oldestFirst: boolean) => {
    if (count < scans.length) asked.push(count);
    const within = scans.filter(
      ({ startedAt }) =>
        (span.from === null || startedAt >= span.from) && (span.until === null || startedAt <= span.until),
    );
    return (oldestFirst ? within : within.toReversed()).slice(0, count);
  };
  const readScans = async function* (span: Span) {
    asked.push(Number.POSITIVE_INFINITY);
    yield await loadScans(span, scans.length, false);
  };
  return {
    near: new ScansAround({ loadScans, readScans, loadKeptDays: async () => [], readNow: Date.now }, { from, until }),
    asked,
  };
}

const any = () => true;
const numbered =
  (test: (minute: number) => boolean) =>
  ({ changes }: NotedScan) =>
    test(changes);

describe('the scans around a span', () => {
  test('one scan is loaded on each side first, because most scans confirm everything', async () => {
    const { near, asked } = openAt('2026-11-10T03:20:30.000Z');
    expect((await near.findBefore(any))?.startedAt).toBe(instant(200));
    expect((await near.findAfter(any))?.startedAt).toBe(instant(201));
    expect(await Promise.all([near.findBefore(any), near.findAfter(any)])).toHaveLength(2);
    expect(asked).toEqual([1, 1]);
    expect((await near.load()).map(({ changes }) => changes)).toEqual([200, 201]);
  });

  test('a scan that was running when the span began does not count as a scan before the span', async () => {
    const { near } = openAt('2026-11-10T03:20:01.000Z');
    expect((await near.findBefore(any))?.startedAt).toBe(instant(199));
    expect((await near.findAfter(any))?.startedAt).toBe(instant(201));
  });

  test('scans that do not confirm are skipped: each further request loads more scans, and no scan is loaded twice', async () => {
    const { near, asked } = openAt('2026-11-10T03:20:30.000Z', '2026-11-10T03:30:30.000Z');
    expect((await near.findBefore(numbered((minute) => minute < 170)))?.startedAt).toBe(instant(169));
    expect((await near.findAfter(numbered((minute) => minute > 215)))?.startedAt).toBe(instant(216));
    expect(asked).toEqual([1, 10, 100, 1, 10]);
    const loaded = (await near.load()).map(({ changes }) => changes);
    // Before the span, inside of it (which is read once), and after it.
    expect(loaded).toEqual(Array.from({ length: 111 + 10 + 11 }, (_, index) => index + 90));
    expect(await near.load()).toHaveLength(loaded.length);
    expect(asked.filter((count) => count > scans.length)).toHaveLength(1);
  });

  test('the search ends after 111 scans, or with the last scan', async () => {
    const { near, asked } = openAt('2026-11-10T03:20:30.000Z');
    expect(await near.findBefore(() => false)).toBeNull();
    expect(await near.findBefore(() => false)).toBeNull();
    expect(asked).toEqual([1, 10, 100]);
    const last = openAt(instant(398));
    expect(await last.near.findAfter(() => false)).toBeNull();
    expect(last.asked).toEqual([1, 10]);
  });
});
