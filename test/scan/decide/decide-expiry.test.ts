import { describe, expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import { decideExpiry } from '../../../lambda/scan/decide/decide-expiry.ts';
import { someFacts } from '../samples.ts';
import { at, webEntry } from './samples.ts';

const before = { previousRulesAt: at('10:00') };
const replaces: HistoryEntry['replaces'] = {
  ...{ instance: someFacts, firstSeenAt: at('09:00'), rulesAt: at('09:30'), exposure: [], opened: [], closed: [] },
  ...{ verdict: null, severity: 'low', reason: '' },
};

describe('the snapshots that begin to expire with an entry', () => {
  test.each<[string, Partial<HistoryEntry>, number, string[]]>([
    ['a change: the snapshot before it', { version: 3, kind: 'changed', ...before }, 2, [at('10:00')]],
    ['a deletion: the snapshot before it', { version: 3, kind: 'gone', ...before }, 2, [at('10:00')]],
    ['a gap: none, the snapshot stays in force', { version: 3, kind: 'gap', ...before }, 2, []],
    ['the end of a gap: none', { version: 3, kind: 'gap-over', ...before }, 2, []],
    [
      'a replacement: that of the replaced instance',
      { version: 3, kind: 'appeared', ...before, replaces },
      2,
      [at('09:30')],
    ],
    ['the alert of an earlier entry is not sent yet: none', { version: 3, kind: 'changed', ...before }, 1, []],
  ])('%s', (_, entry, alerted, expected) => {
    expect(decideExpiry({ alerted }, webEntry('10:15', entry))).toEqual(expected);
  });
});
