import { expect, test } from '@jest/globals';
import { fromEventLeaseItem, fromLeaseItem } from '../../../lambda/adapters/items/lease-item.ts';
import { at, lastScan } from '../../scan/decide/samples.ts';

const lastEventRun = { startedAt: at('10:01'), endedAt: at('10:02'), settled: ['eu-west-1#web-1'] };
const item = { scanNumber: 9, lastScan, allIsWellAt: at('10:00'), settingsHash: 'h', lastEventRun };

test('a lease carries what the next run needs to know', () => {
  const grant = { scanNumber: 9, lastScan, allIsWellAt: at('10:00'), settingsHash: 'h' };
  expect(fromLeaseItem(item)).toEqual(grant);
  expect(fromEventLeaseItem(item)).toEqual({ ...grant, lastEventRun });
});

test.each([
  ['lastScan', [null, 'text', { ...lastScan, complete: 1 }, { ...lastScan, startedAt: 'yesterday' }]],
  ['allIsWellAt', [null, 7, 'yesterday']],
  ['settingsHash', [null, 7]],
  ['lastEventRun', [null, { ...lastEventRun, settled: 'all' }]],
] as const)('a damaged %s is ignored, and nothing else with it', (field, values) => {
  for (const value of [undefined, ...values])
    expect(fromEventLeaseItem({ ...item, [field]: value })).toEqual({ ...item, [field]: null });
});
