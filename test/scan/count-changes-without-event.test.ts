import { expect, test } from '@jest/globals';
import type { Attribution } from '../../lambda/history/attribution.ts';
import { countChangesWithoutEvent } from '../../lambda/scan/count-changes-without-event.ts';
import type { TimelineEntry } from '../../lambda/scan/interfaces.ts';
import { at, webEntry } from './decide/samples.ts';
import { account } from './monitor.ts';

const change: TimelineEntry = {
  ...{ at: at('10:00'), region: 'eu-west-1', instanceName: 'web-1', kind: 'changed', verdict: 'widened' },
  ...{ severity: 'high', expected: null },
};
const noCalls: Attribution = { calls: [], fit: 'explained', foundBy: 'event', foundAt: at('10:01') };
const found = { ...noCalls, foundBy: 'lookup' } as const;
const stored = webEntry('10:00', { version: 1 });

type Known = { entry?: typeof stored | null; attribution?: Attribution | null };
const count = (entries: TimelineEntry[], { entry = stored, attribution = null }: Known = {}) =>
  countChangesWithoutEvent(account, entries, ['eu-west-1'], {
    loadEntry: async () => entry,
    loadAttribution: async () => attribution,
  });

test.each<[string, Partial<TimelineEntry>, number]>([
  ['a change', {}, 1],
  ['a narrowed firewall', { verdict: 'narrowed' }, 1],
  ['rewritten rules', { verdict: 'rewritten' }, 0],
  ['identical rules', { verdict: 'identical' }, 0],
  ['an instance that appeared', { kind: 'appeared', verdict: null }, 1],
  ['an instance that is gone', { kind: 'gone', verdict: null }, 1],
  ['a first listing', { kind: 'baseline', verdict: null }, 0],
  ['a gap', { kind: 'gap', verdict: null }, 0],
  ['a transient change', { kind: 'flapped', verdict: null }, 0],
  ['an entry of a region', { instanceName: null }, 0],
  ['a change in a region without events', { region: 'us-east-1' }, 0],
])('%s without an event', async (_, more, expected) => {
  expect(await count([{ ...change, ...more }])).toBe(expected);
});

test.each<[string, Known, number]>([
  ['announced by an event, in the entry', { entry: { ...stored, changedBy: noCalls } }, 0],
  ['announced by an event that came later', { attribution: noCalls }, 0],
  ['found by a lookup', { entry: { ...stored, changedBy: found } }, 1],
  ['found by a later lookup', { attribution: found }, 1],
  ['found by a lookup first', { entry: { ...stored, changedBy: found }, attribution: noCalls }, 1],
  ['expired', { entry: null }, 0],
])('a change that is %s', async (_, known, expected) => {
  expect(await count([change], known)).toBe(expected);
});

test('at most the newest 200 changes are counted', async () => {
  const older = Array.from({ length: 3 }, () => ({ ...change, at: at('09:00') }));
  const loaded = new Set<string>();
  const counted = await countChangesWithoutEvent(
    account,
    [...older, ...Array.from({ length: 200 }, () => change)],
    ['eu-west-1'],
    {
      loadEntry: async (_, instant) => {
        loaded.add(instant);
        return stored;
      },
      loadAttribution: async () => null,
    },
  );
  expect([counted, ...loaded]).toEqual([200, at('10:00')]);
});
