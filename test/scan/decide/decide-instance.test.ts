import { describe, expect, test } from '@jest/globals';
import { decideAlerts, isSent } from '../../../lambda/alerts/decide-alerts.ts';
import type { ScanSettings } from '../../../lambda/contract/settings-schema.ts';
import { firewallOf } from '../../../lambda/history/firewall-of.ts';
import type { LatestState } from '../../../lambda/history/latest-state.ts';
import type { LastScan } from '../../../lambda/history/scan-note.ts';
import { decideInstance, type KnownInstance, type Observation } from '../../../lambda/scan/decide/decide-instance.ts';
import { FakeCloudTrail } from '../fake-cloudtrail.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere, sshFromOffice } from '../samples.ts';
import {
  at,
  contextOf,
  counted,
  describeDecision,
  inGap,
  knownInstance,
  knownRegion,
  lastScan,
  noApprovals,
  now,
  web,
  webEntry,
} from './samples.ts';

/** The stored data before the observation. */
const nothingKnown: Partial<KnownInstance> = { latest: null };
const newRegion: Partial<KnownInstance> = { latest: null, region: null, isRegionBaselined: false };
const known: Partial<KnownInstance> = { latest: knownInstance };
const failing = { latest: { ...knownInstance, failure: counted } };
const failingNow = { latest: { ...knownInstance, failure: { ...counted, sinceScan: 10, since: at('10:15') } } };
const gap = {
  latest: { ...knownInstance, status: 'unknown', version: 4, lastAt: at('10:11'), failure: inGap },
} as const;
const gone = { latest: { ...knownInstance, status: 'gone', seenAt: at('09:00') } } as const;
const goneFailing = { latest: { ...gone.latest, failure: counted } };
const neverRead: LatestState = {
  ...knownInstance,
  ...{
    status: 'unknown',
    version: 0,
    rules: null,
    rulesAt: null,
    seenAt: null,
    lastAt: null,
    firstSeenAt: at('10:10'),
  },
  failure: { ...counted, confirmedAt: null },
};
const neverReadInGap: LatestState = {
  ...neverRead,
  version: 1,
  lastAt: at('10:11'),
  failure: { ...inGap, confirmedAt: null },
};
const earlier = webEntry('06:00', { version: 7, kind: 'gone', commitId: 'commit-0' });
const earlierHistory: Partial<KnownInstance> = { latest: null, newestEntry: earlier };

/** The observation. */
const read = (rules: object[], facts: object = {}): Observation => ({
  kind: 'read',
  instance: { ...someFacts, ...facts },
  rules,
});
const failed = (
  reason: 'throttled' | 'access-denied' | 'out-of-time' | 'invalid-answer' = 'throttled',
): Observation => ({
  kind: 'failed',
  instance: someFacts,
  failure: { reason, message: 'a message' },
});
const absent: Observation = { kind: 'absent' };
const same = read([sshFromOffice]);
const widened = read([sshFromAnywhere]);
const narrowed = read([]);
const rewritten = read([
  { ...sshFromOffice, cidrs: ['198.51.100.128/25'] },
  { ...sshFromOffice, cidrs: ['198.51.100.0/25'] },
]);
const otherArn = 'arn:aws:lightsail:eu-west-1:111122223333:Instance/another';
const expectedSsh = {
  expected: [{ instance: 'web-*', protocol: 'tcp', ports: { from: 22, to: 22 }, reason: 'audit' }],
};

interface Row {
  name: string;
  before: Partial<KnownInstance>;
  observed: Observation;
  last?: LastScan | null;
  settings?: Partial<ScanSettings>;
  decided: string[];
}

function decide({ before, observed, last = lastScan, settings = {} }: Omit<Row, 'name' | 'decided'>) {
  const defaults = {
    resource: web,
    latest: null,
    newestEntry: null,
    region: knownRegion,
    isRegionBaselined: true,
    calls: [],
    approvals: noApprovals,
  };
  return decideInstance({ ...defaults, ...before }, observed, contextOf(last, settings), now);
}

const missed = { ...lastScan, notRead: ['eu-west-1#web-1'] };
const rows: Row[] = [
  { name: 'read, identical; known', before: known, observed: same, decided: ['nothing'] },
  {
    name: 'read; nothing known in a region that was listed before',
    before: nothingKnown,
    observed: same,
    decided: [
      'commit after none: appeared, 10:10 to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read; first listing of the region',
    before: newRegion,
    observed: same,
    decided: [
      'commit after none: baseline, 10:10 to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read; never read before, first listing of the region',
    before: { ...newRegion, latest: neverRead },
    observed: same,
    last: missed,
    decided: [
      'commit after 0: baseline, none to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 1, rules 10:15:01, first 10:10, seen 10:15',
    ],
  },
  {
    name: 'read, identical; a failure is counted',
    before: failing,
    observed: same,
    last: missed,
    decided: ['mark: no failure, seen 10:15'],
  },
  {
    name: 'read, identical; in a gap',
    before: gap,
    observed: same,
    last: missed,
    decided: [
      'commit after 4: gap-over, 10:05 to 10:15:01, rules before 09:00',
      'info: it can be read again, and its firewall is what it was',
      'known 5, rules 09:00, first 08:00, seen 10:15',
      'entry holds timeout (no answer) since 10:10',
    ],
  },
  {
    name: 'read; gone',
    before: gone,
    observed: same,
    decided: [
      'commit after 3: appeared, 10:10 to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 4, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read; gone in a region without a first listing',
    before: { ...newRegion, ...gone },
    observed: same,
    decided: [
      'commit after 3: appeared, 10:10 to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 4, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read; gone, and a new instance of the name failing',
    before: goneFailing,
    observed: same,
    last: missed,
    decided: [
      'commit after 3: appeared, 10:05 to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 4, rules 10:15:01, first 10:10, seen 10:15',
    ],
  },
  {
    name: 'read; gone, and a new instance of the name in a gap',
    before: { latest: { ...neverReadInGap, version: 4, seenAt: at('09:00') } },
    observed: same,
    last: missed,
    decided: [
      'commit after 4: appeared, 09:00 to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 5, rules 10:15:01, first 10:10, seen 10:15',
      'entry holds timeout (no answer) since 10:10',
    ],
  },
  {
    name: 'read; never read before, in the first listing of the region',
    before: { latest: neverRead, region: { ...knownRegion, baselinedAt: at('10:10') } },
    observed: read([sshFromAnywhere, httpFromAnywhere]),
    last: missed,
    decided: [
      'commit after 0: baseline, none to 10:15:01, rules before none',
      'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere',
      'known 1, rules 10:15:01, first 10:10, seen 10:15',
    ],
  },
  {
    name: 'read; never read before, after the first listing of the region',
    before: { latest: neverRead, region: { ...knownRegion, baselinedAt: at('10:09') } },
    observed: read([sshFromAnywhere, httpFromAnywhere]),
    last: missed,
    decided: [
      'commit after 0: appeared, none to 10:15:01, rules before none',
      'medium: a new instance with exactly the default rules of its blueprint ubuntu_24_04',
      'known 1, rules 10:15:01, first 10:10, seen 10:15',
    ],
  },
  {
    name: 'read with another ARN; never read before, in the first listing of the region',
    before: { latest: neverRead, region: { ...knownRegion, baselinedAt: at('10:10') } },
    observed: read([sshFromAnywhere, httpFromAnywhere], { arn: otherArn }),
    last: missed,
    decided: [
      'commit after 0: appeared, none to 10:15:01, rules before none',
      'medium: a new instance with exactly the default rules of its blueprint ubuntu_24_04',
      'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read; never stored, in the first listing of the region, which was the last scan',
    before: { ...nothingKnown, region: { ...knownRegion, baselinedAt: at('10:11') } },
    observed: same,
    last: missed,
    decided: [
      'commit after none: baseline, none to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read; never stored, and listed by the last scan, after the first listing of the region',
    before: { ...nothingKnown, region: { ...knownRegion, baselinedAt: at('10:09') } },
    observed: same,
    last: missed,
    decided: [
      'commit after none: appeared, none to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read; an earlier instance of the name has a history, and the last scan was the first listing of the region',
    before: { ...earlierHistory, region: { ...knownRegion, baselinedAt: at('10:11') } },
    observed: same,
    last: missed,
    decided: [
      'commit after none: appeared, none to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 8, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read; never read before, failing',
    before: { latest: neverRead },
    observed: same,
    last: missed,
    decided: [
      'commit after 0: appeared, none to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 1, rules 10:15:01, first 10:10, seen 10:15',
    ],
  },
  {
    name: 'read; never read before, in a gap',
    before: { latest: neverReadInGap },
    observed: same,
    last: missed,
    decided: [
      'commit after 1: appeared, none to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 2, rules 10:15:01, first 10:10, seen 10:15',
      'entry holds timeout (no answer) since 10:10',
    ],
  },
  {
    name: 'read; newest entry of an earlier history',
    before: earlierHistory,
    observed: same,
    decided: [
      'commit after none: appeared, 10:10 to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 8, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read; nothing is known, and no rule is open',
    before: nothingKnown,
    observed: narrowed,
    decided: [
      'commit after none: appeared, 10:10 to 10:15:01, rules before none',
      'low: a new instance; nothing on it can be reached',
      'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read, widened; known',
    before: known,
    observed: widened,
    decided: [
      'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
      'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, widened; known, and the last scan did not confirm it',
    before: known,
    observed: widened,
    last: missed,
    decided: [
      'commit after 3: changed, 08:59 to 10:15:01, rules before 09:00',
      'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, widened; known, and there was no scan before',
    before: known,
    observed: widened,
    last: null,
    decided: [
      'commit after 3: changed, 08:59 to 10:15:01, rules before 09:00',
      'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, widened; known, and the clock went back',
    before: { latest: { ...knownInstance, lastAt: at('10:20'), seenAt: at('10:19') } },
    observed: widened,
    last: { ...lastScan, startedAt: at('10:18') },
    decided: [
      'commit after 3: changed, none to 10:20, rules before 09:00',
      'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
      'known 4, rules 10:20, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, widened; a failure is counted',
    before: failing,
    observed: widened,
    last: missed,
    decided: [
      'commit after 3: changed, 10:05 to 10:15:01, rules before 09:00',
      'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, widened; in a gap',
    before: gap,
    observed: widened,
    last: missed,
    decided: [
      'commit after 4: changed, 10:05 to 10:15:01, rules before 09:00',
      'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
      'known 5, rules 10:15:01, first 08:00, seen 10:15',
      'entry holds timeout (no answer) since 10:10',
    ],
  },
  {
    name: 'read, narrowed; known',
    before: known,
    observed: narrowed,
    decided: [
      'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
      'low: tcp 22 (SSH) is now closed; nothing reaches the instance any more',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, rewritten; known',
    before: known,
    observed: rewritten,
    decided: [
      'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
      'info: the rules were rewritten; the exposure is the same',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, rewritten; in a gap',
    before: gap,
    observed: rewritten,
    last: missed,
    decided: [
      'commit after 4: changed, 10:05 to 10:15:01, rules before 09:00',
      'info: the rules were rewritten; the exposure is the same',
      'known 5, rules 10:15:01, first 08:00, seen 10:15',
      'entry holds timeout (no answer) since 10:10',
    ],
  },
  {
    name: 'read, widened as expected; known',
    before: known,
    observed: widened,
    last: lastScan,
    settings: expectedSsh,
    decided: [
      'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
      'info: expected: audit',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, widened as expected for another instance; known',
    before: known,
    observed: widened,
    last: lastScan,
    settings: { expected: [{ instance: 'db-*', reason: 'audit' }] },
    decided: [
      'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
      'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, narrowed as expected; known',
    before: known,
    observed: narrowed,
    last: lastScan,
    settings: expectedSsh,
    decided: [
      'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
      'info: expected: audit',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, rewritten; known, with an expectation',
    before: known,
    observed: rewritten,
    last: lastScan,
    settings: expectedSsh,
    decided: [
      'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
      'info: the rules were rewritten; the exposure is the same',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, a port of highRiskPorts opened to the world; known',
    before: known,
    observed: read([sshFromOffice, { ...httpFromAnywhere, fromPort: 8081, toPort: 8081 }]),
    last: lastScan,
    settings: { highRiskPorts: [8081] },
    decided: [
      'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
      'critical: tcp 8081 is on the high-risk list and is now open to anywhere',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, the same port without highRiskPorts; known',
    before: known,
    observed: read([sshFromOffice, { ...httpFromAnywhere, fromPort: 8081, toPort: 8081 }]),
    decided: [
      'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
      'high: tcp 8081 is now open to anywhere',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'read, other ARN; known',
    before: known,
    observed: read([sshFromAnywhere], { arn: otherArn }),
    decided: [
      'commit after 3: appeared, 10:10 to 10:15:01, rules before none',
      'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere',
      'known 4, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read, other ARN, same rules; in a gap',
    before: gap,
    observed: read([sshFromOffice], { arn: otherArn }),
    last: missed,
    decided: [
      'commit after 4: appeared, 10:05 to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 5, rules 10:15:01, first 10:15:01, seen 10:15',
      'entry holds timeout (no answer) since 10:10',
    ],
  },
  {
    name: 'read, other ARN; known in a region without a first listing',
    before: { ...newRegion, ...known },
    observed: read([sshFromOffice], { arn: otherArn }),
    decided: [
      'commit after 3: appeared, 10:10 to 10:15:01, rules before none',
      'medium: tcp 22 (SSH) is open to a public network',
      'known 4, rules 10:15:01, first 10:15:01, seen 10:15',
    ],
  },
  {
    name: 'read, no ARN listed; known',
    before: known,
    observed: read([sshFromOffice], { arn: null }),
    decided: ['nothing'],
  },
  {
    name: 'read, other ARN; known, and listed without an ARN',
    before: { latest: { ...knownInstance, instance: { ...someFacts, arn: null } } },
    observed: read([sshFromOffice], { arn: otherArn }),
    decided: ['mark: no failure, seen 08:59'],
  },
  {
    name: 'read, address type changed; known',
    before: { latest: { ...knownInstance, rules: [sshFromAnywhere] } },
    observed: read([sshFromAnywhere], { ipAddressType: 'ipv6' }),
    decided: [
      'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
      'low: tcp 22 (SSH) is now closed to some of its sources',
      'known 4, rules 10:15:01, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'failed; known',
    before: known,
    observed: failed(),
    decided: ['mark', 'counts throttled (a message) since 10:15, scan 10; confirmed 10:10, gap none'],
  },
  {
    name: 'failed, out of time; known',
    before: known,
    observed: failed('out-of-time'),
    decided: ['mark', 'counts out-of-time (a message) since 10:15, scan 10; confirmed 10:10, gap none'],
  },
  {
    name: 'failed, invalid answer; known',
    before: known,
    observed: failed('invalid-answer'),
    decided: ['mark', 'counts invalid-answer (a message) since 10:15, scan 10; confirmed 10:10, gap none'],
  },
  {
    name: 'failed, access denied at once; known',
    before: known,
    observed: failed('access-denied'),
    decided: [
      'commit after 3: gap, 10:10 to 10:15:01, rules before 09:00',
      'medium: it could not be read: access-denied',
      'unknown 4, rules 09:00, first 08:00, seen 08:59',
      'entry holds access-denied (a message) since 10:15',
      'counts access-denied (a message) since 10:15, scan 10; confirmed 10:10, gap 10:15:01',
    ],
  },
  {
    name: 'failed; nothing known',
    before: nothingKnown,
    observed: failed(),
    last: { ...lastScan, regionsListed: [] },
    decided: [
      'create: unknown 0, rules none, first 10:15:01, seen none',
      'counts throttled (a message) since 10:15, scan 10; confirmed none, gap none',
    ],
  },
  {
    name: 'failed, access denied at once; nothing known',
    before: nothingKnown,
    observed: failed('access-denied'),
    last: { ...lastScan, regionsListed: [] },
    decided: [
      'commit after none: gap, none to 10:15:01, rules before none',
      'medium: it could not be read: access-denied',
      'unknown 1, rules none, first 10:15:01, seen none',
      'entry holds access-denied (a message) since 10:15',
      'counts access-denied (a message) since 10:15, scan 10; confirmed none, gap 10:15:01',
    ],
  },
  {
    name: 'failed; nothing known, and gaps are due at once',
    before: nothingKnown,
    observed: failed(),
    last: lastScan,
    settings: { tellGapAfterScans: 1 },
    decided: [
      'commit after none: gap, 10:10 to 10:15:01, rules before none',
      'medium: it could not be read: throttled',
      'unknown 1, rules none, first 10:15:01, seen none',
      'entry holds throttled (a message) since 10:15',
      'counts throttled (a message) since 10:15, scan 10; confirmed 10:10, gap 10:15:01',
    ],
  },
  {
    name: 'failed; newest entry of an earlier history',
    before: earlierHistory,
    observed: failed(),
    decided: [
      'create: unknown 7, rules none, first 10:15:01, seen none',
      'counts throttled (a message) since 10:15, scan 10; confirmed 10:10, gap none',
    ],
  },
  {
    name: 'failed; failing, counted first in this scan',
    before: failingNow,
    observed: failed(),
    last: missed,
    decided: ['nothing'],
  },
  {
    name: 'failed; failing, and due now',
    before: failing,
    observed: failed(),
    last: missed,
    decided: [
      'commit after 3: gap, 10:05 to 10:15:01, rules before 09:00',
      'medium: it could not be read: throttled',
      'unknown 4, rules 09:00, first 08:00, seen 08:59',
      'entry holds throttled (a message) since 10:10',
      'counts throttled (a message) since 10:10, scan 9; confirmed 10:05, gap 10:15:01',
    ],
  },
  {
    name: 'failed; failing, not due after 2 of 3 scans',
    before: failing,
    observed: failed(),
    last: missed,
    settings: { tellGapAfterScans: 3 },
    decided: ['nothing'],
  },
  { name: 'failed; in a gap', before: gap, observed: failed(), last: missed, decided: ['nothing'] },
  {
    name: 'failed, access denied; in a gap',
    before: gap,
    observed: failed('access-denied'),
    last: missed,
    decided: ['nothing'],
  },
  {
    name: 'failed; gone',
    before: gone,
    observed: failed(),
    decided: ['mark', 'counts throttled (a message) since 10:15, scan 10; confirmed 10:10, gap none'],
  },
  {
    name: 'failed; gone and failing',
    before: goneFailing,
    observed: failed(),
    last: missed,
    decided: [
      'commit after 3: gap, 10:05 to 10:15:01, rules before none',
      'medium: it could not be read: throttled',
      'unknown 4, rules none, first 10:10, seen 09:00',
      'entry holds throttled (a message) since 10:10',
      'counts throttled (a message) since 10:10, scan 9; confirmed 10:05, gap 10:15:01',
    ],
  },
  {
    name: 'failed; never read before',
    before: { latest: neverRead },
    observed: failed(),
    last: missed,
    decided: [
      'commit after 0: gap, none to 10:15:01, rules before none',
      'medium: it could not be read: throttled',
      'unknown 1, rules none, first 10:10, seen none',
      'entry holds throttled (a message) since 10:10',
      'counts throttled (a message) since 10:10, scan 9; confirmed none, gap 10:15:01',
    ],
  },
  {
    name: 'failed with another ARN; never read before',
    before: { latest: { ...neverRead, instance: { ...someFacts, arn: otherArn } } },
    observed: failed(),
    last: missed,
    decided: [
      'commit after 0: gap, none to 10:15:01, rules before none',
      'medium: it could not be read: throttled',
      'unknown 1, rules none, first 10:15:01, seen none',
      'entry holds throttled (a message) since 10:10',
      'counts throttled (a message) since 10:10, scan 9; confirmed none, gap 10:15:01',
    ],
  },
  {
    name: 'failed; never read before, in a gap',
    before: { latest: neverReadInGap },
    observed: failed(),
    last: missed,
    decided: ['nothing'],
  },
  {
    name: 'failed; the region could not be listed before',
    before: { ...known, region: { ...knownRegion, failure: { ...counted, confirmedAt: at('09:55') } } },
    observed: failed(),
    last: { ...lastScan, regionsListed: [] },
    decided: [
      'commit after 3: gap, 09:55 to 10:15:01, rules before 09:00',
      'medium: it could not be read: throttled',
      'unknown 4, rules 09:00, first 08:00, seen 08:59',
      'entry holds throttled (a message) since 10:10',
      'counts throttled (a message) since 10:10, scan 9; confirmed 09:55, gap 10:15:01',
    ],
  },
  {
    name: 'failed; the gap of the region is no gap of the instance yet',
    before: { ...known, region: { ...knownRegion, failure: { ...inGap, sinceScan: 10 } } },
    observed: failed(),
    last: { ...lastScan, regionsListed: [] },
    decided: ['mark', 'counts throttled (a message) since 10:10, scan 10; confirmed 10:05, gap none'],
  },
  {
    name: 'failed; read since its region could not be listed',
    before: { latest: { ...knownInstance, seenAt: at('10:12') }, region: { ...knownRegion, failure: counted } },
    observed: failed(),
    last: { ...lastScan, regionsListed: [] },
    decided: ['mark', 'counts throttled (a message) since 10:15, scan 10; confirmed 10:12, gap none'],
  },
  {
    name: 'failed; new since its region could not be listed',
    before: { ...nothingKnown, region: { ...knownRegion, failure: counted } },
    observed: failed(),
    last: { ...lastScan, regionsListed: [] },
    decided: [
      'create: unknown 0, rules none, first 10:15:01, seen none',
      'counts throttled (a message) since 10:15, scan 10; confirmed 10:05, gap none',
    ],
  },
  {
    name: 'failed; gone before its region could not be listed',
    before: { latest: { ...knownInstance, status: 'gone' }, region: { ...knownRegion, failure: counted } },
    observed: failed(),
    last: { ...lastScan, regionsListed: [] },
    decided: ['mark', 'counts throttled (a message) since 10:15, scan 10; confirmed 10:05, gap none'],
  },
  { name: 'absent; nothing known', before: nothingKnown, observed: absent, decided: ['nothing'] },
  {
    name: 'absent; known',
    before: known,
    observed: absent,
    decided: [
      'commit after 3: gone, 10:10 to 10:15:01, rules before 09:00',
      'low: the instance is gone',
      'gone 4, rules 09:00, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'absent; known with a site',
    before: { latest: { ...knownInstance, rules: [httpFromAnywhere] } },
    observed: absent,
    decided: [
      'commit after 3: gone, 10:10 to 10:15:01, rules before 09:00',
      'medium: the instance is gone; tcp 80 (HTTP) is now closed to everyone: a site may be down',
      'gone 4, rules 09:00, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'absent; a failure is counted',
    before: failing,
    observed: absent,
    last: missed,
    decided: [
      'commit after 3: gone, 10:05 to 10:15:01, rules before 09:00',
      'low: the instance is gone',
      'gone 4, rules 09:00, first 08:00, seen 10:15',
    ],
  },
  {
    name: 'absent; in a gap',
    before: gap,
    observed: absent,
    last: missed,
    decided: [
      'commit after 4: gone, 10:05 to 10:15:01, rules before 09:00',
      'low: the instance is gone',
      'gone 5, rules 09:00, first 08:00, seen 10:15',
    ],
  },
  { name: 'absent; gone', before: gone, observed: absent, decided: ['nothing'] },
  {
    name: 'absent; gone and failing',
    before: goneFailing,
    observed: absent,
    last: missed,
    decided: ['mark: no failure, seen 10:15'],
  },
  {
    name: 'absent; never read before',
    before: { latest: neverRead },
    observed: absent,
    last: missed,
    decided: [
      'commit after 0: gone, none to 10:15:01, rules before none',
      'low: the instance is gone',
      'gone 1, rules none, first 10:10, seen 10:15',
    ],
  },
];

test.each(rows)('$name', ({ decided, ...row }) => {
  expect(describeDecision(decide(row))).toEqual(decided);
});

function decideCommit(row: Omit<Row, 'name' | 'decided'>) {
  const decision = decide(row);
  if (decision.kind !== 'commit') throw new Error(`got ${decision.kind}; expected a commit`);
  return decision.commit;
}

describe('the entry of a read', () => {
  test('holds what changed', () => {
    expect(decideCommit({ before: known, observed: widened }).pending).toMatchObject({
      verdict: 'widened',
      opened: [{ protocol: 'tcp', from: 22, to: 22, sources: expect.arrayContaining(['::/0']) }],
      closed: [],
      rules: [sshFromAnywhere],
      expected: null,
      commitId: 'commit-1',
    });
  });

  test('holds the reason of an expected change', () => {
    const entry = decideCommit({ before: known, observed: widened, settings: expectedSsh }).pending;
    expect(entry).toMatchObject({ verdict: 'widened', expected: 'audit' });
  });

  test('holds the instance that it replaces, with the difference', () => {
    const entry = decideCommit({ before: known, observed: read([httpFromAnywhere], { arn: otherArn }) }).pending;
    const ssh = [{ protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.0/24'] }];
    expect(entry.replaces).toEqual({
      instance: someFacts,
      firstSeenAt: at('08:00'),
      rulesAt: at('09:00'),
      exposure: ssh,
      opened: [{ protocol: 'tcp', from: 80, to: 80, sources: ['0.0.0.0/0', '::/0'] }],
      closed: ssh,
      verdict: 'mixed',
      severity: 'low',
      reason: 'the instance is gone',
    });
  });

  test('holds the attribution to the call of an event', () => {
    const call = new FakeCloudTrail(() => Date.parse(at('10:14'))).record({ portInfos: [sshFromAnywhere] });
    const entry = decideCommit({ before: { ...known, calls: [call] }, observed: widened }).pending;
    expect(entry.changedBy).toMatchObject({ fit: 'explained', foundBy: 'event', calls: [{ eventId: 'e-1' }] });
  });
});

describe('the latest state in a gap', () => {
  const otherFacts = { ...someFacts, arn: otherArn, ipAddressType: 'ipv6' };
  const denied: Observation = { ...failed('access-denied'), instance: otherFacts } as Observation;

  test('keeps the facts that were listed when the rules were read', () => {
    expect(decideCommit({ before: known, observed: denied })).toMatchObject({
      instance: someFacts,
      rules: [sshFromOffice],
    });
  });

  test('has the newest facts if the rules were never read', () => {
    expect(decideCommit({ before: nothingKnown, observed: denied })).toMatchObject({
      instance: otherFacts,
      rules: null,
    });
  });
});

describe('a new rule from a private source', () => {
  const redis = { ...httpFromAnywhere, fromPort: 6379, toPort: 6379, cidrs: ['10.0.0.0/8'], ipv6Cidrs: [] };
  const isSentFromHigh = (rules: object[]) => {
    const entry = decideCommit({ before: known, observed: read([sshFromOffice, ...rules]) }).pending;
    const [alert] = decideAlerts(entry, firewallOf(knownInstance), { tableName: 'Snapshots' });
    return [entry.severity, alert && isSent(alert, 'high', entry)];
  };

  test('with an unknown field is rated as open to the world, and sent from high', () => {
    expect(isSentFromHigh([{ ...redis, newField: true }])).toEqual(['critical', true]);
  });

  test('without an unknown field is rated low, and not sent from high', () => {
    expect(isSentFromHigh([redis])).toEqual(['low', false]);
  });

  test('with an unknown field is rated as open to the world in a first listing, too', () => {
    const entry = decideCommit({ before: newRegion, observed: read([{ ...redis, newField: true }]) }).pending;
    expect(entry).toMatchObject({ kind: 'baseline', severity: 'critical' });
  });
});
