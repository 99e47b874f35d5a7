import { expect, test } from '@jest/globals';
import { renderChangeHeadline } from '../../../../cli/report/data/change-headline.ts';
import type { ReachListData } from '../../../../cli/report/data/report-data.ts';
import {
  defaultRatingPolicy,
  describeReach,
  exposureOf,
  type Reach,
  rankOpen,
} from '../../../../lambda/firewall/index.ts';
import { blankEntry } from '../../../../lambda/history/blank-entry.ts';
import type { EntryKind, HistoryEntry } from '../../../../lambda/history/entry.ts';
import { factsOf, open, web1 } from '../../questions/build-history.ts';

const at = '2026-11-10T10:05:00.000Z';
const ssh = exposureOf({ rules: open('22') }).reach;
const both = exposureOf({ rules: open('22', '3306') }).reach;

function toList(reach: readonly Reach[]): ReachListData | null {
  if (reach.length === 0) return null;
  const { phrases, more } = describeReach(reach, rankOpen({ reach: [...reach], notes: [] }, defaultRatingPolicy), {
    maxLines: 24,
  });
  return { reaches: [], phrases: phrases.map(({ what, from }) => [what, from]), more };
}

function headlineOf(kind: EntryKind, more: Partial<HistoryEntry>): string {
  const given = { resource: web1, at, version: 2, kind, instance: factsOf(), algoVersion: 1, commitId: '2' };
  const entry: HistoryEntry = { ...blankEntry(given), changedAfter: '2026-11-10T10:00:00.000Z', ...more };
  return renderChangeHeadline(entry, defaultRatingPolicy, toList(entry.opened), toList(entry.closed));
}

const failure = { reason: 'throttled', message: 'Rate exceeded', since: at } as const;

test.each<[EntryKind, Partial<HistoryEntry>, string]>([
  ['changed', { verdict: 'widened', opened: ssh }, 'tcp 22 opened to anywhere'],
  ['changed', { verdict: 'widened', opened: both }, 'tcp 22 opened to anywhere, and 1 more'],
  ['changed', { verdict: 'narrowed', closed: ssh }, 'tcp 22 closed to the world'],
  ['changed', { verdict: 'rewritten' }, 'rules rewritten, nothing opened or closed'],
  ['changed', { verdict: 'widened', opened: both, differenceLeftOut: true }, 'firewall widened'],
  ['baseline', { opened: ssh }, 'first seen, tcp 22 (SSH) open to anywhere'],
  ['baseline', {}, 'first seen, nothing open'],
  ['appeared', { opened: ssh }, 'new instance, tcp 22 open to anywhere'],
  ['gone', { closed: both }, 'instance is gone'],
  ['gap', { failure }, "firewall can't be read (throttled)"],
  ['gap-over', {}, 'firewall can be read again'],
  ['flapped', { opened: ssh }, 'tcp 22 open to anywhere for 5 minutes, then closed again'],
  ['frobbed' as string as EntryKind, { reason: 'frobbed by moonlight' }, 'frobbed: frobbed by moonlight'],
])('%s %j', (kind, more, headline) => expect(headlineOf(kind, more)).toBe(headline));
