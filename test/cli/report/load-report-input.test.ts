import { describe, expect, test } from '@jest/globals';
import type { Span } from '../../../cli/aws/entry-span.ts';
import { chooseRatingSettings } from '../../../cli/questions/choose-rating-settings.ts';
import { buildReportData } from '../../../cli/report/data/build-report-data.ts';
import { loadReportInput } from '../../../cli/report/load-report-input.ts';
import { noMarks } from '../../../lambda/approvals/account-approvals.ts';
import type { NotedScan } from '../../../lambda/history/scan-note.ts';
import { account, at, History, http, listScans, sshFromAnywhere, sshFromOffice } from '../../report/sample-fleet.ts';

const within = (instant: string, { from, until }: Span) =>
  (from === null || instant >= from) && (until === null || instant <= until);

const history = new History('web-1')
  .first(at(1), [http])
  .change(at(3), at(2), [http, sshFromOffice])
  .flap(at(9), at(8), at(8, '00:03'), {})
  .change(at(12), at(11), [http, sshFromAnywhere])
  .change(at(13), at(12), [http, sshFromOffice])
  .change(at(14), at(13), [http]);
const counts = { instancesListed: 1, instancesRead: 1, changes: 0, alerts: 0 };
const scans = listScans().map((scan): NotedScan => ({ ...scan, ...counts }));

let pagesRead = 0;

/** A table with one instance whose every page has one element. */
const place = {
  account,
  tableName: 'Snapshots',
  loadRatedBy: async () => chooseRatingSettings(null),
  reader: {
    loadFleet: async () => ({ states: [], refused: [], lastScan: null, approvalMarks: noMarks }),
    loadDeparted: async () => [{ resource: history.resource, arn: null, firstSeenAt: at(1), goneAt: at(30) }],
    async *readEntries({ instanceName }: { instanceName: string | null }, span: Span) {
      const own = instanceName === null ? [] : history.entries;
      for (const entry of own.toReversed()) {
        if (!within(entry.at, span)) continue;
        pagesRead += 1;
        yield [entry];
      }
    },
    loadEntriesAfter: async (_: unknown, instant: string, count: number) =>
      history.entries.filter((entry) => entry.at > instant).slice(0, count),
    loadEntry: async (_: unknown, instant: string) => history.entries.find((entry) => entry.at === instant) ?? null,
    async *readScans(span: Span) {
      for (const scan of scans.toReversed()) if (within(scan.startedAt, span)) yield [scan];
    },
    loadKeptDays: async () => [],
    readNow: Date.now,
    loadApprovals: async () => ({ approvals: [], refused: [] }),
    loadSettingsAt: async () => null,
    loadScans: async (span: Span, count: number, oldestFirst: boolean) => {
      const found = scans.filter(({ startedAt }) => within(startedAt, span));
      return (oldestFirst ? found : found.toReversed()).slice(0, count);
    },
  },
};

describe('the input of a report', () => {
  test('has the entries of every page, back to the state in force at its start, and the scans of every page', async () => {
    const span = { from: at(10), until: at(20) };
    const { slices, scans: lists } = await loadReportInput(place, span, () => {});
    const loaded = lists[0]?.scans ?? [];
    expect(slices[0]?.entries.map((entry) => entry.at)).toEqual([at(3), at(9), at(12), at(13), at(14)]);
    // 42 scans: four scans a day, the scan at the end, and the last scan before the span.
    expect(loaded).toHaveLength(42);
    expect([loaded[0]?.startedAt, loaded.at(-1)?.startedAt]).toEqual([at(9, '18:00'), at(20)]);
  });

  test('P4: has the first later entry if every entry of the span has expired, so that the instance is unknown', async () => {
    const kept = history.entries.filter((entry) => entry.at >= at(13));
    const reader = {
      ...place.reader,
      readEntries: async function* () {},
      loadEntriesAfter: async () => kept.slice(0, 1),
    };
    const span = { from: at(2), until: at(8) };
    const input = await loadReportInput({ ...place, reader }, span, () => {});
    expect(input.slices[0]?.entries.map((entry) => entry.at)).toEqual([at(13)]);
    const { instances, gaps } = buildReportData(input);
    expect(instances).toMatchObject([{ name: 'web-1', status: 'unknown', severity: null, reason: 'expired' }]);
    expect(gaps).toEqual([
      { region: 'eu-west-1', name: 'web-1', from: Date.parse(at(2)), until: null, reason: 'expired' },
    ]);
  });

  test('has only the newest page if the state in force is there', async () => {
    pagesRead = 0;
    const { slices } = await loadReportInput(place, { from: at(15), until: at(20) }, () => {});
    expect(pagesRead).toBe(1);
    expect(slices[0]?.entries.map((entry) => entry.at)).toEqual([at(14)]);
  });
});
