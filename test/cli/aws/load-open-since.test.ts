import { expect, test } from '@jest/globals';
import { loadOpenSince } from '../../../cli/aws/load-open-since.ts';
import { defaultRatingPolicy } from '../../../lambda/firewall/index.ts';
import { entryOf } from '../../scan/entries.ts';

const account = '111122223333';
const resource = { account, region: 'eu-west-1', instanceName: 'web-1' };
const reach = [{ protocol: 'tcp' as const, from: 22, to: 22, sources: ['0.0.0.0/0'] }];
const day = (number: number) => `2026-11-0${number}T00:00:00.000Z`;
const open = { ...resource, severity: 'critical' as const, reason: '', since: day(5), isLastKnown: false, reach };
const opening = (number: number) =>
  entryOf(resource, number, day(number), { opened: reach, changedAfter: day(number - 1), changedBefore: day(number) });
const other = entryOf(resource, 5, day(5), { opened: [] });

/** `null` stands for an entry that cannot be read. */
const load = (...pages: (ReturnType<typeof opening> | null)[][]) => {
  const reader = {
    async *readEntries(
      _: unknown,
      __: unknown,
      ___: unknown,
      refuse?: (refused: { at: string; problem: string }) => void,
    ) {
      for (const page of pages) {
        for (const entry of page) if (entry === null) refuse?.({ at: '', problem: '' });
        yield page.filter((entry) => entry !== null);
      }
    },
  };
  return loadOpenSince(reader, account, [open], defaultRatingPolicy);
};

test('the newest entry that opened some of it, on any page', async () => {
  const since = { openSince: day(4), notBefore: day(3) };
  expect(await load([other, opening(4), opening(2)])).toEqual([{ ...open, ...since }]);
  expect(await load([other], [opening(4)], [opening(2)])).toEqual([{ ...open, ...since }]);
});

test('it is not known if no entry did, or if a newer entry cannot be read', async () => {
  const unknown = { openSince: null, notBefore: null };
  expect(await load([other])).toEqual([{ ...open, ...unknown }]);
  expect(await load([null, opening(4)])).toEqual([{ ...open, ...unknown }]);
  expect(await load([null], [opening(4)])).toEqual([{ ...open, ...unknown }]);
});
