import { expect, test } from '@jest/globals';
import type { ScanSettings } from '../../../lambda/contract/settings-schema.ts';
import type { FailureReason, MonitoringSummary } from '../../../lambda/history/entry.ts';
import type { LatestState } from '../../../lambda/history/latest-state.ts';
import type { LastScan } from '../../../lambda/history/scan-note.ts';
import { decideRegion, isNeverReadable, type RegionObservation } from '../../../lambda/scan/decide/decide-region.ts';
import {
  at,
  contextOf,
  describeDecision,
  inGap,
  knownRegion,
  lastScan,
  neverListed,
  neverListedInGap,
  now,
  regionNotListed,
  regionWithFailure,
  wholeRegion,
} from './samples.ts';

const gap: LatestState = { ...knownRegion, status: 'unknown', version: 2, lastAt: at('10:11'), failure: inGap };

const worst: MonitoringSummary['worst'] = [
  { instanceName: 'web-1', severity: 'high', exposure: [], reason: 'a reason' },
  { instanceName: 'db-1', severity: 'low', exposure: [], reason: 'a reason' },
];
const listed = (instances: MonitoringSummary['worst'] = worst): RegionObservation => ({
  kind: 'listed',
  summary: { instancesListed: instances.length, instancesRead: instances.length, worst: instances, more: 0 },
});
const failed = (reason: FailureReason = 'throttled'): RegionObservation => ({
  kind: 'failed',
  failure: { reason, message: 'a message' },
});

interface Before {
  latest: LatestState | null;
  last?: LastScan | null;
  settings?: Partial<ScanSettings>;
}

const nothingKnown: Before = { latest: null, last: null };
const missed = (latest: LatestState, settings = {}): Before => ({ latest, last: regionNotListed, settings });

/** A row of the table: `decided` as `describeDecision` writes it. */
function decides(name: string, before: Before, observed: RegionObservation, decided: string[]): void {
  const { latest, last = lastScan, settings = {} } = before;
  test(name, () => {
    expect(describeDecision(decideRegion(wholeRegion, latest, observed, contextOf(last, settings), now))).toEqual(
      decided,
    );
  });
}

decides('listed; nothing known', nothingKnown, listed(), [
  'commit after none: baseline, none to 10:15:01, rules before none',
  'high: the first complete listing of this region',
  'known 1, rules none, first 10:15:01, seen 10:15, listed 10:15:01',
]);
decides('listed without an instance; nothing known', nothingKnown, listed([]), [
  'commit after none: baseline, none to 10:15:01, rules before none',
  'info: the first complete listing of this region',
  'known 1, rules none, first 10:15:01, seen 10:15, listed 10:15:01',
]);
decides('listed; never listed, and failing', missed(neverListed), listed(), [
  'commit after 0: baseline, none to 10:15:01, rules before none',
  'high: the first complete listing of this region',
  'known 1, rules none, first 10:10, seen 10:15, listed 10:15:01',
]);
decides('listed; never listed, in a gap', missed(neverListedInGap), listed(), [
  'commit after 1: baseline, none to 10:15:01, rules before none',
  'high: the first complete listing of this region',
  'known 2, rules none, first 10:10, seen 10:15, listed 10:15:01',
  'entry holds region-not-enabled (no answer) since 10:10',
]);
decides('listed; known', { latest: knownRegion }, listed(), ['nothing']);
decides('listed; a failure is counted', missed(regionWithFailure), listed(), ['mark: no failure, seen 10:15']);
decides('listed; in a gap', missed(gap), listed(), [
  'commit after 2: gap-over, 10:05 to 10:15:01, rules before none',
  'info: the region can be listed again',
  'known 3, rules none, first 08:00, seen 10:15, listed 08:00',
  'entry holds timeout (no answer) since 10:10',
]);
decides('failed; nothing known', nothingKnown, failed(), [
  'create: unknown 0, rules none, first 10:15:01, seen none',
  'counts throttled (a message) since 10:15, scan 10; confirmed none, gap none',
]);
decides('failed, region not enabled; nothing known', nothingKnown, failed('region-not-enabled'), [
  'commit after none: gap, none to 10:15:01, rules before none',
  'high: the region could not be listed: region-not-enabled',
  'unknown 1, rules none, first 10:15:01, seen 10:15',
  'entry holds region-not-enabled (a message) since 10:15',
  'counts region-not-enabled (a message) since 10:15, scan 10; confirmed none, gap 10:15:01',
]);
decides('failed, access denied; nothing known', nothingKnown, failed('access-denied'), [
  'commit after none: gap, none to 10:15:01, rules before none',
  'high: the region could not be listed: access-denied',
  'unknown 1, rules none, first 10:15:01, seen 10:15',
  'entry holds access-denied (a message) since 10:15',
  'counts access-denied (a message) since 10:15, scan 10; confirmed none, gap 10:15:01',
]);
decides('failed; never listed, and due', missed(neverListed), failed(), [
  'commit after 0: gap, none to 10:15:01, rules before none',
  'high: the region could not be listed: throttled',
  'unknown 1, rules none, first 10:10, seen 10:15',
  'entry holds throttled (a message) since 10:10',
  'counts throttled (a message) since 10:10, scan 9; confirmed none, gap 10:15:01',
]);
decides(
  'failed, region not enabled; never listed, and failing',
  missed(neverListed, { tellGapAfterScans: 5 }),
  failed('region-not-enabled'),
  [
    'commit after 0: gap, none to 10:15:01, rules before none',
    'high: the region could not be listed: region-not-enabled',
    'unknown 1, rules none, first 10:10, seen 10:15',
    'entry holds region-not-enabled (a message) since 10:10',
    'counts region-not-enabled (a message) since 10:10, scan 9; confirmed none, gap 10:15:01',
  ],
);
decides('failed; never listed, in a gap', missed(neverListedInGap), failed(), ['nothing']);
decides('failed; known', { latest: knownRegion }, failed(), [
  'mark',
  'counts throttled (a message) since 10:15, scan 10; confirmed 10:10, gap none',
]);
decides(
  'failed; known, and gaps are due at once',
  { latest: knownRegion, settings: { tellGapAfterScans: 1 } },
  failed(),
  [
    'commit after 1: gap, 10:10 to 10:15:01, rules before none',
    'high: the region could not be listed: throttled',
    'unknown 2, rules none, first 08:00, seen 10:15, listed 08:00',
    'entry holds throttled (a message) since 10:15',
    'counts throttled (a message) since 10:15, scan 10; confirmed 10:10, gap 10:15:01',
  ],
);
decides('failed; known, and the last scan did not list it', missed(knownRegion), failed(), [
  'mark',
  'counts throttled (a message) since 10:15, scan 10; confirmed 07:59, gap none',
]);
decides('failed, access denied at once; known', { latest: knownRegion }, failed('access-denied'), [
  'commit after 1: gap, 10:10 to 10:15:01, rules before none',
  'high: the region could not be listed: access-denied',
  'unknown 2, rules none, first 08:00, seen 10:15, listed 08:00',
  'entry holds access-denied (a message) since 10:15',
  'counts access-denied (a message) since 10:15, scan 10; confirmed 10:10, gap 10:15:01',
]);
decides('failed, region not enabled; known', { latest: knownRegion }, failed('region-not-enabled'), [
  'mark',
  'counts region-not-enabled (a message) since 10:15, scan 10; confirmed 10:10, gap none',
]);
decides('failed; a failure is counted, and due', missed(regionWithFailure), failed(), [
  'commit after 1: gap, 10:05 to 10:15:01, rules before none',
  'high: the region could not be listed: throttled',
  'unknown 2, rules none, first 08:00, seen 10:15, listed 08:00',
  'entry holds throttled (a message) since 10:10',
  'counts throttled (a message) since 10:10, scan 9; confirmed 10:05, gap 10:15:01',
]);
decides('failed; a failure is counted, and not due', missed(regionWithFailure, { tellGapAfterScans: 3 }), failed(), [
  'nothing',
]);
decides('failed; in a gap', missed(gap), failed(), ['nothing']);

test('the entry of the first listing holds the summary', () => {
  const decision = decideRegion(wholeRegion, null, listed(), contextOf(null), now);
  expect(decision.kind === 'commit' && decision.commit.pending).toMatchObject({
    summary: { instancesListed: 2, instancesRead: 2, worst, more: 0 },
    instance: null,
    rules: null,
    commitId: 'commit-1',
  });
});

test.each<[FailureReason, LatestState | null, boolean]>([
  ['access-denied', null, true],
  ['region-not-enabled', neverListed, true],
  ['access-denied', knownRegion, false],
  ['throttled', null, false],
])('%s: whether the region counts as never readable', (reason, latest, expected) => {
  expect(isNeverReadable(latest, reason)).toBe(expected);
});
