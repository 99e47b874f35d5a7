/** test/adapters/items/lighten-entry.test.ts tests every kind of entry. These are the edge cases. */
import { expect, test } from '@jest/globals';
import { completeEntry, rulesBeforeAt } from '../../lambda/history/complete-entry.ts';
import type { HistoryEntry, Replaced } from '../../lambda/history/entry.ts';
import { at, webEntry } from '../scan/decide/samples.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere } from '../scan/samples.ts';

const http = { protocol: 'tcp', from: 80, to: 80, sources: ['0.0.0.0/0', '::/0'] };
const ssh = { protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0', '::/0'] };
const light = (kind: HistoryEntry['kind'], fields: Partial<HistoryEntry>): HistoryEntry =>
  webEntry('10:00', { version: 2, kind, differenceLeftOut: true, instance: someFacts, ...fields });
const before = { rules: [httpFromAnywhere], instance: someFacts };
const replaced: Replaced = {
  ...{ instance: someFacts, firstSeenAt: at('08:00'), rulesAt: at('09:00'), exposure: [], opened: [], closed: [] },
  ...{ verdict: 'mixed', severity: 'critical', reason: 'r' },
};

test('the rules before are those of the entry before, or of the replaced instance, or none', () => {
  expect(rulesBeforeAt(light('changed', { previousRulesAt: at('09:00') }))).toBe(at('09:00'));
  expect(rulesBeforeAt(light('appeared', { replaces: replaced }))).toBe(at('09:00'));
  expect(rulesBeforeAt(light('appeared', {}))).toBeNull();
});

test.each<[string, HistoryEntry, typeof before | null, object]>([
  [
    'a change has what opened and what closed',
    light('changed', { rules: [sshFromAnywhere], previousRulesAt: at('09:00') }),
    before,
    { opened: [ssh], closed: [http] },
  ],
  [
    'an instance that is gone has its last exposure',
    light('gone', { previousRulesAt: at('09:00') }),
    before,
    { opened: [], closed: [http] },
  ],
  ['an instance that is gone and was never read has none', light('gone', {}), null, { opened: [], closed: [] }],
  [
    'a first read has its exposure',
    light('baseline', { rules: [sshFromAnywhere] }),
    null,
    { opened: [ssh], closed: [] },
  ],
  [
    'a replacement has the exposure of both instances',
    light('appeared', { rules: [sshFromAnywhere], replaces: replaced }),
    before,
    { opened: [ssh], replaces: { ...replaced, exposure: [http], opened: [ssh], closed: [http] } },
  ],
  [
    'a replacement of an instance that was never read has the exposure of the new one',
    light('appeared', { rules: [sshFromAnywhere], replaces: { ...replaced, rulesAt: null } }),
    null,
    { opened: [ssh], replaces: { ...replaced, rulesAt: null } },
  ],
  ['an entry without rules stays empty', light('gap', {}), null, { opened: [], closed: [] }],
])('%s', (_, entry, old, expected) => {
  const complete = completeEntry(entry, old);
  expect(complete).toMatchObject(expected);
  expect(complete).not.toHaveProperty('differenceLeftOut');
});

test.each([
  ['changed', light('changed', { rules: [sshFromAnywhere], previousRulesAt: at('09:00') })],
  ['changed, and names no earlier rules', light('changed', { rules: [sshFromAnywhere] })],
  ['gone', light('gone', { previousRulesAt: at('09:00') })],
  ['appeared', light('appeared', { rules: [sshFromAnywhere], replaces: replaced })],
])('without the rules before, an entry of kind %s still says that its difference is left out', (_, entry) => {
  expect(completeEntry(entry, null)).toBe(entry);
  expect(entry.differenceLeftOut).toBe(true);
});
