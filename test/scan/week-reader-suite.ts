/** The tests that every WeekReader passes: the one in memory, and the adapter on DynamoDB. */
import { expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { FleetStore, WeekReader } from '../../lambda/scan/interfaces.ts';
import { entryOf } from './entries.ts';
import { scanRecordOf } from './scan-records.ts';

/** `account`: an account without an item in the table. */
export function describeWeekReader(table: () => { store: FleetStore; reader: WeekReader }, account: string): void {
  const put = (name: string | null, at: string, more: Partial<HistoryEntry>) =>
    table().store.putEntry(entryOf({ account, region: 'eu-west-1', instanceName: name }, 1, at, more));

  test('loads the entries of a span from all resources and all months, without earlier or later entries or other accounts', async () => {
    await put('web-1', '2026-11-29T23:59:59.999Z', { severity: 'high' });
    await put('web-1', '2026-11-30T00:00:00.000Z', { severity: 'critical' });
    await put('web-2', '2026-11-30T23:59:59.999Z', { severity: 'info', expected: 'the pipeline' });
    await put(null, '2026-12-01T00:00:00.000Z', { kind: 'gap', verdict: null });
    await put('web-3', '2026-12-06T23:59:59.999Z', { kind: 'gone', verdict: null, severity: 'low' });
    await put('web-3', '2026-12-07T00:00:00.000Z', { severity: 'high' });
    await table().store.putEntry(
      entryOf({ account: `${account}-x`, region: 'eu-west-1', instanceName: 'web-1' }, 1, '2026-12-01T00:00:00.000Z'),
    );
    expect(await table().reader.loadChanges(account, '2026-11-30T00:00:00.000Z', '2026-12-07T00:00:00.000Z')).toEqual([
      {
        ...{ at: '2026-11-30T00:00:00.000Z', region: 'eu-west-1', instanceName: 'web-1' },
        ...{ kind: 'changed', verdict: 'widened', severity: 'critical', expected: null },
      },
      {
        ...{ at: '2026-11-30T23:59:59.999Z', region: 'eu-west-1', instanceName: 'web-2' },
        ...{ kind: 'changed', verdict: 'widened', severity: 'info', expected: 'the pipeline' },
      },
      {
        ...{ at: '2026-12-01T00:00:00.000Z', region: 'eu-west-1', instanceName: null },
        ...{ kind: 'gap', verdict: null, severity: 'medium', expected: null },
      },
      {
        ...{ at: '2026-12-06T23:59:59.999Z', region: 'eu-west-1', instanceName: 'web-3' },
        ...{ kind: 'gone', verdict: null, severity: 'low', expected: null },
      },
    ]);
  });

  test('loads the scans of a span, oldest first, without earlier and later scans', async () => {
    const scanAt = (startedAt: string, complete: boolean) =>
      scanRecordOf(account, startedAt, { complete, ...(complete && { scanEveryMinutes: 60 }) });
    for (const day of ['04', '01', '03', '02'])
      await table().store.putScan(scanAt(`2026-12-${day}T00:00:00.000Z`, day !== '02'), null);
    expect(await table().reader.loadScans(account, '2026-12-02T00:00:00.000Z', '2026-12-04T00:00:00.000Z')).toEqual([
      { startedAt: '2026-12-02T00:00:00.000Z', complete: false },
      { startedAt: '2026-12-03T00:00:00.000Z', complete: true, scanEveryMinutes: 60 },
    ]);
  });
}
