import { describe, expect, test } from '@jest/globals';
import type { Observation } from '../../../lambda/scan/decide/decide-instance.ts';
import { someFacts, sshFromOffice } from '../samples.ts';
import {
  decideCommit,
  decides,
  earlierHistory,
  failed,
  failing,
  failingRegion,
  gap,
  gone,
  goneFailing,
  known,
  missed,
  neverRead,
  nothingKnown,
  notListed,
  otherArn,
  unread,
  unreadInGap,
} from './instance-table.ts';
import { at, counted, inGap, knownInstance } from './samples.ts';

/** A read that was throttled. */
const fails = (name: string, before: Parameters<typeof decides>[1], decided: string[]) =>
  decides(name, before, failed(), decided);

fails('failed; known', known, ['mark', 'counts throttled (a message) since 10:15, scan 10; confirmed 10:10, gap none']);
decides('failed, access denied at once; known', known, failed('access-denied'), [
  'commit after 3: gap, 10:10 to 10:15:01, rules before 09:00',
  'medium: it could not be read: access-denied',
  'unknown 4, rules 09:00, first 08:00, seen 08:59',
  'entry holds access-denied (a message) since 10:15',
  'counts access-denied (a message) since 10:15, scan 10; confirmed 10:10, gap 10:15:01',
]);
fails('failed; nothing known', { ...nothingKnown, last: notListed }, [
  'create: unknown 0, rules none, first 10:15:01, seen none',
  'counts throttled (a message) since 10:15, scan 10; confirmed none, gap none',
]);
decides('failed, access denied at once; nothing known', { ...nothingKnown, last: notListed }, failed('access-denied'), [
  'commit after none: gap, none to 10:15:01, rules before none',
  'medium: it could not be read: access-denied',
  'unknown 1, rules none, first 10:15:01, seen none',
  'entry holds access-denied (a message) since 10:15',
  'counts access-denied (a message) since 10:15, scan 10; confirmed none, gap 10:15:01',
]);
fails('failed; nothing known, and gaps are due at once', { ...nothingKnown, settings: { tellGapAfterScans: 1 } }, [
  'commit after none: gap, 10:10 to 10:15:01, rules before none',
  'medium: it could not be read: throttled',
  'unknown 1, rules none, first 10:15:01, seen none',
  'entry holds throttled (a message) since 10:15',
  'counts throttled (a message) since 10:15, scan 10; confirmed 10:10, gap 10:15:01',
]);
fails('failed; newest entry of an earlier history', earlierHistory, [
  'create: unknown 7, rules none, first 10:15:01, seen none',
  'counts throttled (a message) since 10:15, scan 10; confirmed 10:10, gap none',
]);
fails(
  'failed; failing, counted first in this scan',
  { ...failing, latest: { ...knownInstance, failure: { ...counted, sinceScan: 10, since: at('10:15') } } },
  ['nothing'],
);
fails('failed; failing, and due now', failing, [
  'commit after 3: gap, 10:05 to 10:15:01, rules before 09:00',
  'medium: it could not be read: throttled',
  'unknown 4, rules 09:00, first 08:00, seen 08:59',
  'entry holds throttled (a message) since 10:10',
  'counts throttled (a message) since 10:10, scan 9; confirmed 10:05, gap 10:15:01',
]);
fails('failed; failing, not due after 2 of 3 scans', { ...failing, settings: { tellGapAfterScans: 3 } }, ['nothing']);
fails('failed; in a gap', gap, ['nothing']);
decides('failed, access denied; in a gap', gap, failed('access-denied'), ['nothing']);
fails('failed; gone', gone, ['mark', 'counts throttled (a message) since 10:15, scan 10; confirmed 10:10, gap none']);
fails('failed; gone and failing', goneFailing, [
  'commit after 3: gap, 10:05 to 10:15:01, rules before none',
  'medium: it could not be read: throttled',
  'unknown 4, rules none, first 10:10, seen 09:00',
  'entry holds throttled (a message) since 10:10',
  'counts throttled (a message) since 10:10, scan 9; confirmed 10:05, gap 10:15:01',
]);
fails('failed; never read before', unread, [
  'commit after 0: gap, none to 10:15:01, rules before none',
  'medium: it could not be read: throttled',
  'unknown 1, rules none, first 10:10, seen none',
  'entry holds throttled (a message) since 10:10',
  'counts throttled (a message) since 10:10, scan 9; confirmed none, gap 10:15:01',
]);
decides(
  'failed with another ARN; never read before',
  { latest: { ...neverRead, instance: { ...someFacts, arn: otherArn } }, last: missed },
  failed(),
  [
    'commit after 0: gap, none to 10:15:01, rules before none',
    'medium: it could not be read: throttled',
    'unknown 1, rules none, first 10:15:01, seen none',
    'entry holds throttled (a message) since 10:10',
    'counts throttled (a message) since 10:10, scan 9; confirmed none, gap 10:15:01',
  ],
);
fails('failed; never read before, in a gap', unreadInGap, ['nothing']);
fails(
  'failed; the region could not be listed before',
  { ...known, region: failingRegion({ ...counted, confirmedAt: at('09:55') }), last: notListed },
  [
    'commit after 3: gap, 09:55 to 10:15:01, rules before 09:00',
    'medium: it could not be read: throttled',
    'unknown 4, rules 09:00, first 08:00, seen 08:59',
    'entry holds throttled (a message) since 10:10',
    'counts throttled (a message) since 10:10, scan 9; confirmed 09:55, gap 10:15:01',
  ],
);
fails(
  'failed; the gap of the region is no gap of the instance yet',
  { ...known, region: failingRegion({ ...inGap, sinceScan: 10 }), last: notListed },
  ['mark', 'counts throttled (a message) since 10:10, scan 10; confirmed 10:05, gap none'],
);
fails(
  'failed; read since its region could not be listed',
  { latest: { ...knownInstance, seenAt: at('10:12') }, region: failingRegion(counted), last: notListed },
  ['mark', 'counts throttled (a message) since 10:15, scan 10; confirmed 10:12, gap none'],
);
fails(
  'failed; new since its region could not be listed',
  { ...nothingKnown, region: failingRegion(counted), last: notListed },
  [
    'create: unknown 0, rules none, first 10:15:01, seen none',
    'counts throttled (a message) since 10:15, scan 10; confirmed 10:05, gap none',
  ],
);
fails(
  'failed; gone before its region could not be listed',
  { latest: { ...knownInstance, status: 'gone' }, region: failingRegion(counted), last: notListed },
  ['mark', 'counts throttled (a message) since 10:15, scan 10; confirmed 10:05, gap none'],
);

describe('the latest state in a gap', () => {
  const otherFacts = { ...someFacts, arn: otherArn, ipAddressType: 'ipv6' };
  const denied: Observation = { ...failed('access-denied'), instance: otherFacts } as Observation;

  test('keeps the facts that were listed when the rules were read', () => {
    expect(decideCommit(known, denied)).toMatchObject({
      instance: someFacts,
      rules: [sshFromOffice],
    });
  });

  test('has the newest facts if the rules were never read', () => {
    expect(decideCommit(nothingKnown, denied)).toMatchObject({
      instance: otherFacts,
      rules: null,
    });
  });
});
