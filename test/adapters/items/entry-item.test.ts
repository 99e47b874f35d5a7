import { expect, test } from '@jest/globals';
import { fromDepartedItem, toDepartedItem } from '../../../lambda/adapters/items/departed-item.ts';
import { fromEntryItem, toEntryItem } from '../../../lambda/adapters/items/entry-item.ts';
import { toScanItem } from '../../../lambda/adapters/items/scan-item.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import { account, at, region, web, webEntry, wholeRegion } from '../../scan/decide/samples.ts';
import { httpFromAnywhere, someFacts } from '../../scan/samples.ts';

const entry = webEntry('10:15');
const reach = (protocol: string) => ({ protocol, from: 22, to: 22, sources: ['0.0.0.0/0'] });
const opened = (...protocols: string[]) => ({ ...toEntryItem(entry), opened: protocols.map(reach) });

test.each<[string, HistoryEntry]>([
  ['of an instance', { ...entry, instance: someFacts, rules: [httpFromAnywhere] }],
  ['of a region', { ...entry, resource: wholeRegion, kind: 'gap' }],
  ['whose difference is left out', { ...entry, differenceLeftOut: true }],
  [
    'with its attribution',
    { ...entry, changedBy: { calls: [], fit: 'not-told', foundBy: 'event', foundAt: at('10:16') } },
  ],
])('an entry %s is read back as it was written', (_, written) => {
  expect(fromEntryItem(toEntryItem(written))).toEqual(written);
});

test('the protocols of a reach are those that are known, and unknown ones as such', () => {
  const known = ['tcp', 'udp', 'icmp', 'icmpv6', 'other', 'unknown:sctp'];
  expect(fromEntryItem(opened(...known)).opened.map(({ protocol }) => protocol)).toEqual(known);
  for (const protocol of ['sctp', 'all', '', 'un', 'x unknown:'])
    expect(() => fromEntryItem(opened('tcp', protocol))).toThrow('can not be read: opened.1.protocol: ');
  expect(() => fromEntryItem({ ...toEntryItem(entry), opened: [{ ...reach('tcp'), protocol: 6 }] })).toThrow(
    'opened.0',
  );
});

test('a deleted instance is read back as it was written', () => {
  const departed = { resource: web, arn: 'arn', firstSeenAt: at('08:00'), goneAt: at('10:15') };
  expect(fromDepartedItem(account, toDepartedItem(departed))).toEqual(departed);
});

test('a scan item expires only if it is stored with an expiry', () => {
  const scan = {
    ...{ account, startedAt: at('10:10'), endedAt: at('10:11'), complete: true, regionsListed: [region] },
    ...{
      regionsFailed: {},
      instancesListed: 1,
      instancesRead: 1,
      notRead: [],
      changes: 0,
      alerts: 0,
      scanEveryMinutes: 5,
    },
  };
  expect(toScanItem(scan, 1_800_000_000)).toHaveProperty('expiresAt', 1_800_000_000);
  expect(toScanItem(scan, null)).not.toHaveProperty('expiresAt');
});
