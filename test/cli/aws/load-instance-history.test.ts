import { describe, expect, jest, test } from '@jest/globals';
import type { Span } from '../../../cli/aws/entry-span.ts';
import { HistoryLoader, type HistorySource } from '../../../cli/aws/load-instance-history.ts';
import { exposureSpans } from '../../../cli/questions/exposure-spans.ts';
import { stateAt } from '../../../cli/questions/state-at.ts';
import type { HistoryEntry, Resource } from '../../../lambda/history/entry.ts';
import type { NotedScan } from '../../../lambda/history/scan-note.ts';
import { entryOf } from '../../scan/entries.ts';

const resource: Resource = { account: '111122223333', region: 'eu-west-1', instanceName: 'web-1' };
const start = Date.parse('2026-11-01T00:00:00.000Z');
const instant = (minute: number, ms = 0) => new Date(start + minute * 60_000 + ms).toISOString();

const within = (at: string, { from, until }: Span) => (from === null || at >= from) && (until === null || at <= until);

/** A table with one instance and a scan every five minutes. `isRead`: true if the scan of that minute reads the instance. */
function openTable(
  entries: readonly HistoryEntry[],
  minutes: number,
  isRead: (minute: number) => boolean = () => true,
) {
  const scans = Array.from({ length: Math.floor(minutes / 5) }, (_, index): NotedScan => {
    const minute = index * 5;
    const notRead = isRead(minute) ? [] : ['eu-west-1#web-1'];
    const counts = { instancesListed: 1, instancesRead: 1, changes: 0, alerts: 0 };
    const noted = { complete: true, regionsListed: ['eu-west-1'], regionsFailed: {}, notRead };
    return { startedAt: instant(minute), endedAt: instant(minute, 2_000), ...noted, ...counts };
  });
  const own = ({ instanceName }: Resource) => (instanceName === null ? [] : entries);
  const source: HistorySource = {
    async *readEntries(of, span) {
      yield own(of)
        .filter(({ at }) => within(at, span))
        .toReversed();
    },
    loadEntriesAfter: async (of, at, count) =>
      own(of)
        .filter((entry) => entry.at > at)
        .slice(0, count),
    loadEntry: async (of, at) => own(of).find((entry) => entry.at === at) ?? null,
    async *readScans(span) {
      yield scans.filter(({ startedAt }) => within(startedAt, span)).toReversed();
    },
    loadKeptDays: async () => [],
    readNow: Date.now,
    loadScans: async (span, count, oldestFirst) => {
      const found = scans.filter(({ startedAt }) => within(startedAt, span));
      return (oldestFirst ? found : found.toReversed()).slice(0, count);
    },
  };
  return source;
}

async function stateOf(source: HistorySource, at: string) {
  return stateAt(await new HistoryLoader(source, { from: at, until: at }).load(resource), at);
}

const baseline = entryOf(resource, 1, instant(0, 500), { kind: 'baseline' });
const nothingRead = { rules: null, opened: [], verdict: null, severity: 'info', previousRulesAt: baseline.at } as const;

describe('the part of a history that is loaded for a question about an instant', () => {
  test('P6: includes a change that was found after days without a scan, if it may have been made before the instant', async () => {
    const found = entryOf(resource, 2, instant(5_000, 500), {
      changedAfter: instant(100),
      previousRulesAt: baseline.at,
    });
    const state = await stateOf(openTable([baseline, found], 105), instant(2_000));
    expect(state).toMatchObject({ status: 'known', either: [{ status: 'known', entry: found }] });
  });

  test('P6: includes the last scan that confirmed the instance before a gap of days, because the entry of the gap names this scan', async () => {
    const failure = { reason: 'throttled', message: 'slow down', since: instant(105) } as const;
    const gap = entryOf(resource, 2, instant(110, 500), {
      ...nothingRead,
      opened: [],
      kind: 'gap',
      changedAfter: instant(100),
      failure,
    });
    const state = await stateOf(
      openTable([baseline, gap], 5_000, (minute) => minute <= 100),
      instant(4_000, 9_000),
    );
    expect(state).toMatchObject({ status: 'unknown', confirmedBefore: instant(100), confirmedAfter: null });
  });

  test('P6: includes a transient change that was recorded an hour later, after another change', async () => {
    const flapped = entryOf(resource, 3, instant(160, 500), {
      ...nothingRead,
      kind: 'flapped',
      opened: [{ protocol: 'tcp', from: 3306, to: 3306, sources: ['0.0.0.0/0'] }],
      changedAfter: instant(101),
      changedBefore: instant(104),
    });
    const changed = entryOf(resource, 2, instant(120, 500), {
      changedAfter: instant(115),
      previousRulesAt: baseline.at,
    });
    const state = await stateOf(openTable([baseline, changed, flapped], 200), instant(102));
    expect(state.transients).toEqual([flapped]);
    expect(state.confirmedAfter).toBe(instant(105));
  });

  test('P10: entries after now are not searched for', async () => {
    const source = openTable([baseline], 5);
    const loadEntriesAfter = jest.fn(source.loadEntriesAfter);
    const readNow = () => Date.parse(instant(10));
    expect(await stateOf({ ...source, loadEntriesAfter, readNow }, instant(9))).toMatchObject({ status: 'known' });
    expect(loadEntriesAfter).not.toHaveBeenCalled();
  });

  test('P4: for a span, includes the last scan that read the instance, if the window of a change names a later scan that did not', async () => {
    const found = entryOf(resource, 2, instant(120, 500), { changedAfter: instant(115), previousRulesAt: baseline.at });
    const source = openTable([baseline, found], 300, (minute) => minute < 105 || minute >= 120);
    const slice = await new HistoryLoader(source, { from: instant(10), until: instant(250) }).load(resource);
    const spans = exposureSpans(slice, { from: instant(10), until: instant(250) });
    expect(spans.map(({ kind, from }) => [kind, from])).toEqual([
      ['known', instant(10)],
      ['either', instant(100, 1)],
      ['unknown', instant(105)],
      ['known', found.at],
    ]);
  });
});
