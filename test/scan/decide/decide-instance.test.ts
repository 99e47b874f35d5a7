import { describe, expect, test } from '@jest/globals';
import { decideAlerts, isSent } from '../../../lambda/alerts/decide-alerts.ts';
import { firewallOf } from '../../../lambda/history/firewall-of.ts';
import { FakeCloudTrail } from '../fake-cloudtrail.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere, sshFromOffice } from '../samples.ts';
import {
  absent,
  decideCommit,
  decides,
  earlierHistory,
  expectedSsh,
  failing,
  gap,
  gone,
  goneFailing,
  known,
  listedAt,
  missed,
  narrowed,
  neverReadInGap,
  newRegion,
  nothingKnown,
  otherArn,
  read,
  rewritten,
  same,
  unread,
  unreadInGap,
  widened,
} from './instance-table.ts';
import { at, knownInstance, lastScan } from './samples.ts';

decides('read, identical; known', known, same, ['nothing']);
decides('read; nothing known in a region that was listed before', nothingKnown, same, [
  'commit after none: appeared, 10:10 to 10:15:01, rules before none',
  'medium: tcp 22 (SSH) is open to a public network',
  'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
]);
decides('read; first listing of the region', newRegion, same, [
  'commit after none: baseline, 10:10 to 10:15:01, rules before none',
  'medium: tcp 22 (SSH) is open to a public network',
  'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
]);
decides(
  'read; never read before, first listing of the region',
  { ...unread, region: null, isRegionBaselined: false },
  same,
  [
    'commit after 0: baseline, none to 10:15:01, rules before none',
    'medium: tcp 22 (SSH) is open to a public network',
    'known 1, rules 10:15:01, first 10:10, seen 10:15',
  ],
);
decides('read, identical; a failure is counted', failing, same, ['mark: no failure, seen 10:15']);
decides('read, identical; in a gap', gap, same, [
  'commit after 4: gap-over, 10:05 to 10:15:01, rules before 09:00',
  'info: it can be read again, and its firewall is what it was',
  'known 5, rules 09:00, first 08:00, seen 10:15',
  'entry holds timeout (no answer) since 10:10',
]);
decides('read; gone', gone, same, [
  'commit after 3: appeared, 10:10 to 10:15:01, rules before none',
  'medium: tcp 22 (SSH) is open to a public network',
  'known 4, rules 10:15:01, first 10:15:01, seen 10:15',
]);
decides('read; gone in a region without a first listing', { ...newRegion, ...gone }, same, [
  'commit after 3: appeared, 10:10 to 10:15:01, rules before none',
  'medium: tcp 22 (SSH) is open to a public network',
  'known 4, rules 10:15:01, first 10:15:01, seen 10:15',
]);
decides('read; gone, and a new instance of the name failing', goneFailing, same, [
  'commit after 3: appeared, 10:05 to 10:15:01, rules before none',
  'medium: tcp 22 (SSH) is open to a public network',
  'known 4, rules 10:15:01, first 10:10, seen 10:15',
]);
decides(
  'read; gone, and a new instance of the name in a gap',
  { latest: { ...neverReadInGap, version: 4, seenAt: at('09:00') }, last: missed },
  same,
  [
    'commit after 4: appeared, 09:00 to 10:15:01, rules before none',
    'medium: tcp 22 (SSH) is open to a public network',
    'known 5, rules 10:15:01, first 10:10, seen 10:15',
    'entry holds timeout (no answer) since 10:10',
  ],
);
decides(
  'read; never read before, in the first listing of the region',
  { ...unread, region: listedAt('10:10') },
  read([sshFromAnywhere, httpFromAnywhere]),
  [
    'commit after 0: baseline, none to 10:15:01, rules before none',
    'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere',
    'known 1, rules 10:15:01, first 10:10, seen 10:15',
  ],
);
decides(
  'read; never read before, after the first listing of the region',
  { ...unread, region: listedAt('10:09') },
  read([sshFromAnywhere, httpFromAnywhere]),
  [
    'commit after 0: appeared, none to 10:15:01, rules before none',
    'medium: a new instance with exactly the default rules of its blueprint ubuntu_24_04',
    'known 1, rules 10:15:01, first 10:10, seen 10:15',
  ],
);
decides(
  'read with another ARN; never read before, in the first listing of the region',
  { ...unread, region: listedAt('10:10') },
  read([sshFromAnywhere, httpFromAnywhere], { arn: otherArn }),
  [
    'commit after 0: appeared, none to 10:15:01, rules before none',
    'medium: a new instance with exactly the default rules of its blueprint ubuntu_24_04',
    'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
  ],
);
decides(
  'read; never stored, in the first listing of the region, which was the last scan',
  { ...nothingKnown, region: listedAt('10:11'), last: missed },
  same,
  [
    'commit after none: baseline, none to 10:15:01, rules before none',
    'medium: tcp 22 (SSH) is open to a public network',
    'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
  ],
);
decides(
  'read; never stored, and listed by the last scan, after the first listing of the region',
  { ...nothingKnown, region: listedAt('10:09'), last: missed },
  same,
  [
    'commit after none: appeared, none to 10:15:01, rules before none',
    'medium: tcp 22 (SSH) is open to a public network',
    'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
  ],
);
decides(
  'read; an earlier instance of the name has a history, and the last scan was the first listing of the region',
  { ...earlierHistory, region: listedAt('10:11'), last: missed },
  same,
  [
    'commit after none: appeared, none to 10:15:01, rules before none',
    'medium: tcp 22 (SSH) is open to a public network',
    'known 8, rules 10:15:01, first 10:15:01, seen 10:15',
  ],
);
decides('read; never read before, failing', unread, same, [
  'commit after 0: appeared, none to 10:15:01, rules before none',
  'medium: tcp 22 (SSH) is open to a public network',
  'known 1, rules 10:15:01, first 10:10, seen 10:15',
]);
decides('read; never read before, in a gap', unreadInGap, same, [
  'commit after 1: appeared, none to 10:15:01, rules before none',
  'medium: tcp 22 (SSH) is open to a public network',
  'known 2, rules 10:15:01, first 10:10, seen 10:15',
  'entry holds timeout (no answer) since 10:10',
]);
decides('read; newest entry of an earlier history', earlierHistory, same, [
  'commit after none: appeared, 10:10 to 10:15:01, rules before none',
  'medium: tcp 22 (SSH) is open to a public network',
  'known 8, rules 10:15:01, first 10:15:01, seen 10:15',
]);
decides('read; nothing is known, and no rule is open', nothingKnown, narrowed, [
  'commit after none: appeared, 10:10 to 10:15:01, rules before none',
  'low: a new instance; nothing on it can be reached',
  'known 1, rules 10:15:01, first 10:15:01, seen 10:15',
]);
decides('read, widened; known', known, widened, [
  'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
  'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
  'known 4, rules 10:15:01, first 08:00, seen 10:15',
]);
decides('read, widened; known, and the last scan did not confirm it', { ...known, last: missed }, widened, [
  'commit after 3: changed, 08:59 to 10:15:01, rules before 09:00',
  'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
  'known 4, rules 10:15:01, first 08:00, seen 10:15',
]);
decides('read, widened; known, and there was no scan before', { ...known, last: null }, widened, [
  'commit after 3: changed, 08:59 to 10:15:01, rules before 09:00',
  'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
  'known 4, rules 10:15:01, first 08:00, seen 10:15',
]);
decides(
  'read, widened; known, and the clock went back',
  {
    latest: { ...knownInstance, lastAt: at('10:20'), seenAt: at('10:19') },
    last: { ...lastScan, startedAt: at('10:18') },
  },
  widened,
  [
    'commit after 3: changed, none to 10:20, rules before 09:00',
    'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
    'known 4, rules 10:20, first 08:00, seen 10:15',
  ],
);
decides('read, widened; a failure is counted', failing, widened, [
  'commit after 3: changed, 10:05 to 10:15:01, rules before 09:00',
  'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
  'known 4, rules 10:15:01, first 08:00, seen 10:15',
]);
decides('read, widened; in a gap', gap, widened, [
  'commit after 4: changed, 10:05 to 10:15:01, rules before 09:00',
  'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere',
  'known 5, rules 10:15:01, first 08:00, seen 10:15',
  'entry holds timeout (no answer) since 10:10',
]);
decides('read, narrowed; known', known, narrowed, [
  'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
  'low: tcp 22 (SSH) is now closed; nothing reaches the instance any more',
  'known 4, rules 10:15:01, first 08:00, seen 10:15',
]);
decides('read, rewritten; known', known, rewritten, [
  'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
  'info: the rules were rewritten; the exposure is the same',
  'known 4, rules 10:15:01, first 08:00, seen 10:15',
]);
decides('read, rewritten; in a gap', gap, rewritten, [
  'commit after 4: changed, 10:05 to 10:15:01, rules before 09:00',
  'info: the rules were rewritten; the exposure is the same',
  'known 5, rules 10:15:01, first 08:00, seen 10:15',
  'entry holds timeout (no answer) since 10:10',
]);
decides('read, widened as expected; known', { ...known, settings: expectedSsh }, widened, [
  'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
  'info: expected: audit',
  'known 4, rules 10:15:01, first 08:00, seen 10:15',
]);
decides('read, narrowed as expected; known', { ...known, settings: expectedSsh }, narrowed, [
  'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
  'info: expected: audit',
  'known 4, rules 10:15:01, first 08:00, seen 10:15',
]);
decides('read, rewritten; known, with an expectation', { ...known, settings: expectedSsh }, rewritten, [
  'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
  'info: the rules were rewritten; the exposure is the same',
  'known 4, rules 10:15:01, first 08:00, seen 10:15',
]);
decides(
  'read, a port of highRiskPorts opened to the world; known',
  { ...known, settings: { highRiskPorts: [8081] } },
  read([sshFromOffice, { ...httpFromAnywhere, fromPort: 8081, toPort: 8081 }]),
  [
    'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
    'critical: tcp 8081 is on the high-risk list and is now open to anywhere',
    'known 4, rules 10:15:01, first 08:00, seen 10:15',
  ],
);
decides('read, other ARN; known', known, read([sshFromAnywhere], { arn: otherArn }), [
  'commit after 3: appeared, 10:10 to 10:15:01, rules before none',
  'critical: tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is open to anywhere',
  'known 4, rules 10:15:01, first 10:15:01, seen 10:15',
]);
decides('read, other ARN, same rules; in a gap', gap, read([sshFromOffice], { arn: otherArn }), [
  'commit after 4: appeared, 10:05 to 10:15:01, rules before none',
  'medium: tcp 22 (SSH) is open to a public network',
  'known 5, rules 10:15:01, first 10:15:01, seen 10:15',
  'entry holds timeout (no answer) since 10:10',
]);
decides(
  'read, other ARN; known in a region without a first listing',
  { ...newRegion, ...known },
  read([sshFromOffice], { arn: otherArn }),
  [
    'commit after 3: appeared, 10:10 to 10:15:01, rules before none',
    'medium: tcp 22 (SSH) is open to a public network',
    'known 4, rules 10:15:01, first 10:15:01, seen 10:15',
  ],
);
decides('read, no ARN listed; known', known, read([sshFromOffice], { arn: null }), ['nothing']);
decides(
  'read, other ARN; known, and listed without an ARN',
  { latest: { ...knownInstance, instance: { ...someFacts, arn: null } } },
  read([sshFromOffice], { arn: otherArn }),
  ['mark: no failure, seen 08:59'],
);
decides(
  'read, address type changed; known',
  { latest: { ...knownInstance, rules: [sshFromAnywhere] } },
  read([sshFromAnywhere], { ipAddressType: 'ipv6' }),
  [
    'commit after 3: changed, 10:10 to 10:15:01, rules before 09:00',
    'low: tcp 22 (SSH) is now closed to some of its sources',
    'known 4, rules 10:15:01, first 08:00, seen 10:15',
  ],
);

decides('absent; nothing known', nothingKnown, absent, ['nothing']);
decides('absent; known', known, absent, [
  'commit after 3: gone, 10:10 to 10:15:01, rules before 09:00',
  'low: the instance is gone',
  'gone 4, rules 09:00, first 08:00, seen 10:15',
]);
decides('absent; known with a site', { latest: { ...knownInstance, rules: [httpFromAnywhere] } }, absent, [
  'commit after 3: gone, 10:10 to 10:15:01, rules before 09:00',
  'medium: the instance is gone; tcp 80 (HTTP) is now closed to everyone: a site may be down',
  'gone 4, rules 09:00, first 08:00, seen 10:15',
]);
decides('absent; a failure is counted', failing, absent, [
  'commit after 3: gone, 10:05 to 10:15:01, rules before 09:00',
  'low: the instance is gone',
  'gone 4, rules 09:00, first 08:00, seen 10:15',
]);
decides('absent; in a gap', gap, absent, [
  'commit after 4: gone, 10:05 to 10:15:01, rules before 09:00',
  'low: the instance is gone',
  'gone 5, rules 09:00, first 08:00, seen 10:15',
]);
decides('absent; gone', gone, absent, ['nothing']);
decides('absent; gone and failing', goneFailing, absent, ['mark: no failure, seen 10:15']);
decides('absent; never read before', unread, absent, [
  'commit after 0: gone, none to 10:15:01, rules before none',
  'low: the instance is gone',
  'gone 1, rules none, first 10:10, seen 10:15',
]);

describe('the entry of a read', () => {
  test('holds what changed', () => {
    expect(decideCommit(known, widened).pending).toMatchObject({
      verdict: 'widened',
      opened: [{ protocol: 'tcp', from: 22, to: 22, sources: expect.arrayContaining(['::/0']) }],
      closed: [],
      rules: [sshFromAnywhere],
      expected: null,
      commitId: 'commit-1',
    });
  });

  test('holds the reason of an expected change', () => {
    const entry = decideCommit({ ...known, settings: expectedSsh }, widened).pending;
    expect(entry).toMatchObject({ verdict: 'widened', expected: 'audit' });
  });

  test('holds the instance that it replaces, with the difference', () => {
    const entry = decideCommit(known, read([httpFromAnywhere], { arn: otherArn })).pending;
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
    const entry = decideCommit({ ...known, calls: [call] }, widened).pending;
    expect(entry.changedBy).toMatchObject({ fit: 'explained', foundBy: 'event', calls: [{ eventId: 'e-1' }] });
  });
});

describe('a new rule from a private source', () => {
  const redis = { ...httpFromAnywhere, fromPort: 6379, toPort: 6379, cidrs: ['10.0.0.0/8'], ipv6Cidrs: [] };
  const isSentFromHigh = (rules: object[]) => {
    const entry = decideCommit(known, read([sshFromOffice, ...rules])).pending;
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
    const entry = decideCommit(newRegion, read([{ ...redis, newField: true }])).pending;
    expect(entry).toMatchObject({ kind: 'baseline', severity: 'critical' });
  });
});
