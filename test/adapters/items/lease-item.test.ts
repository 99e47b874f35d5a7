import { expect, test } from '@jest/globals';
import { fromEventLeaseItem, fromLeaseItem } from '../../../lambda/adapters/items/lease-item.ts';
import { at, lastScan } from '../../scan/decide/samples.ts';

const lastEventRun = { startedAt: at('10:01'), endedAt: at('10:02'), settled: ['eu-west-1#web-1'] };
const counts = { instancesListed: 3, instancesRead: 2, openGaps: 1, oldestWaitingAt: at('10:03') };
const item = { scanNumber: 9, lastScan, allIsWellAt: at('10:00'), settingsHash: 'h', lastEventRun };

test('a lease item holds the data that the next run needs', () => {
  const grant = { scanNumber: 9, lastScan, allIsWellAt: at('10:00'), settingsHash: 'h' };
  expect(fromLeaseItem(item)).toEqual(grant);
  expect(fromEventLeaseItem(item)).toEqual({ ...grant, lastEventRun });
});

test('a lease of an earlier version lacks the counts of its last scan, and is read', () => {
  expect(fromLeaseItem({ ...item, lastScan }).lastScan).toEqual(lastScan);
  expect(fromLeaseItem({ ...item, lastScan: { ...lastScan, ...counts } }).lastScan).toEqual({ ...lastScan, ...counts });
});

test.each([
  [
    'lastScan',
    [
      null,
      'text',
      { ...lastScan, complete: 1 },
      { ...lastScan, startedAt: 'yesterday' },
      { ...lastScan, openGaps: -1 },
    ],
  ],
  ['allIsWellAt', [null, 7, 'yesterday']],
  ['settingsHash', [null, 7]],
  ['lastEventRun', [null, { ...lastEventRun, settled: 'all' }]],
] as const)('a damaged %s is ignored, and nothing else with it', (field, values) => {
  for (const value of [undefined, ...values])
    expect(fromEventLeaseItem({ ...item, [field]: value })).toEqual({ ...item, [field]: null });
});
