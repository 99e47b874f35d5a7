import { describe, expect, test } from '@jest/globals';
import { planMessages } from '../../lambda/alerts/plan-messages.ts';
import { renderCoverage } from '../../lambda/alerts/render-email.ts';
import { RenderedAlerts } from '../../lambda/alerts/rendered-alerts.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import {
  alertsOf,
  buildEntry,
  buildRegionEntry,
  changeAlert,
  context,
  http,
  instance,
  rule,
  sshToOffice,
  sshToWorld,
} from './fixtures.ts';

const timeout = { reason: 'timeout', message: 'TimeoutError: 10000 ms', since: '2026-11-23T09:00:00.000Z' } as const;
const empty = { instancesListed: 0, instancesRead: 0, worst: [], more: 0 };
const anywhere = ['0.0.0.0/0', '::/0'];
const open22 = { protocol: 'tcp' as const, from: 22, to: 22, sources: anywhere };
const open80 = { protocol: 'tcp' as const, from: 80, to: 80, sources: anywhere };

/** The mail of one message, without the footer that all mails share. */
function mailOf(groups: Alert[][], over: Partial<typeof context> = {}): string {
  const [only, ...rest] = planMessages(groups, { ...context, ...over }, 'digest-1');
  expect(rest).toEqual([]);
  const { email }: { email: string } = JSON.parse(only?.message.message ?? 'null');
  const [body = '', footer] = email.split('\n\n--\n');
  expect(footer).toMatch(/^Portwatch, scan of 10:05:02 UTC, 23 November 2026, account 123456789012/);
  return body;
}

const historyOfWeb1 =
  'aws dynamodb query --table-name Portwatch-SnapshotTable --no-scan-index-forward ' +
  `--key-condition-expression 'pk = :pk' --expression-attribute-values '{":pk":{"S":"INSTANCE#123456789012#eu-west-1#web-1"}}'`;

test('the mail about an opened port has the port, the sources, the severity, the time and the restore command', () => {
  const before = [http, rule('tcp', 8080, ['198.51.100.0/24'], ['2001:db8::/32'])];
  expect(mailOf([[changeAlert(before, [http, rule('tcp', 22, ['0.0.0.0/0'])])]])).toBe(
    `CRITICAL  web-1  eu-west-1  203.0.113.10   account 123456789012 (prod)
  OPENED  tcp 22 (SSH)   from anywhere (0.0.0.0/0)
  CLOSED  tcp 8080       from 198.51.100.0/24, 2001:db8::/32
  Critical because tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and is now open to anywhere.
  Changed between 10:00:03 and 10:05:02 UTC, 23 November 2026. By: not known yet.
  Put it back (replaces the whole firewall with what it was, because ports or sources have to be opened again; stops if you are in another account):
    [ "$(aws sts get-caller-identity --query Account --output text)" = 123456789012 ] && aws lightsail put-instance-public-ports --region eu-west-1 --instance-name web-1 --port-infos '[{"fromPort":80,"toPort":80,"protocol":"tcp","cidrs":["0.0.0.0/0"],"ipv6Cidrs":["::/0"]},{"fromPort":8080,"toPort":8080,"protocol":"tcp","cidrs":["198.51.100.0/24"],"ipv6Cidrs":["2001:db8::/32"]}]'
  Its history:
    ${historyOfWeb1}`,
  );
});

test('the mail names what the command closes, and that AWS does not document it', () => {
  const before = [rule('tcp', 443, ['0.0.0.0/0'])];
  expect(mailOf([[changeAlert(before, [...before, sshToWorld])]])).toContain(`
  Put it back (closes tcp 22 (SSH) and leaves every other rule as it is; AWS does not document what closing does with the sources of a rule; stops if you are in another account):
    [ "$(aws sts get-caller-identity --query Account --output text)" = 123456789012 ] && aws lightsail close-instance-public-ports --region eu-west-1 --instance-name web-1 --port-info '{"fromPort":22,`);
});

test('the mail has the reason if there is no restore command', () => {
  const before = [rule('tcp', 443, ['0.0.0.0/0'])];
  const body = mailOf([[changeAlert(before, [sshToWorld])]]);
  expect(body).toContain(`
  No restore command: its rule tcp 443 named no IPv6 sources, and AWS does not document what Lightsail opens for an address family without sources.
  The earlier rules are in its history.
`);
  expect(body).not.toContain('aws lightsail');
});

test('a change over midnight, and a change without an earlier confirmation', () => {
  const overnight = { changedAfter: '2026-11-22T23:59:30.000Z', changedBefore: '2026-11-23T00:04:30.000Z' };
  expect(mailOf([[changeAlert([http], [http, sshToWorld], overnight)]])).toContain(
    '\n  Changed between 23:59:30 UTC, 22 November 2026 and 00:04:30 UTC, 23 November 2026. By: not known yet.\n',
  );
  expect(mailOf([[changeAlert([http], [http, sshToWorld], { changedAfter: null })]])).toContain(
    '\n  Changed before 10:05:02 UTC, 23 November 2026; no earlier scan confirmed its firewall. By: not known yet.\n',
  );
});

test('the mail names a port that was open before, in place of two pieces; Slack has the pieces', () => {
  const alert = changeAlert([http], [{ ...http, fromPort: 0, toPort: 65_535 }]);
  expect(mailOf([[alert]])).toContain('\n  OPENED  all tcp ports   from anywhere (tcp 80 was open before)\n');
  const slack = new RenderedAlerts(context).slack([alert]);
  expect(slack).toContain('\nopened `tcp 0-79` from `anywhere`\nopened `tcp 81-65535` from `anywhere`\n');
});

test('P7: the mail shows dormant rules and notes', () => {
  const ipv4Only = { ...instance, ipAddressType: 'ipv4' };
  const after = [http, sshToOffice, rule('tcp', 8080, [], ['::/0'])];
  const notes = [{ code: 'x', text: 'Rule tcp 22: a note.' }];
  const body = mailOf([[changeAlert([http], after, { instance: ipv4Only, notes })]]);
  expect(body).toContain(`
  Dormant rules: they have no effect with ipv4 addresses, and take effect if the instance gets other addresses:
    DORMANT  tcp 8080        from anywhere (::/0)
    DORMANT  tcp 22 (SSH)    from 2001:db8::/32
    DORMANT  tcp 80 (HTTP)   from anywhere (::/0)
`);
  expect(body).toContain('\n  Note: Rule tcp 22: a note.\n');
});

test('monitoring-started is one summary for each region; all empty regions together have three lines', () => {
  const disabled = {
    reason: 'region-not-enabled',
    message: 'UnrecognizedClientException: x',
    since: timeout.since,
  } as const;
  const denied = { reason: 'access-denied', message: 'AccessDeniedException: no', since: timeout.since } as const;
  const worst = [
    { instanceName: 'web-1', severity: 'critical' as const, exposure: [open22, open80], reason: '' },
    { instanceName: 'db-1', severity: 'low' as const, exposure: [], reason: '' },
  ];
  const summary = { instancesListed: 5, instancesRead: 4, worst, more: 2 };
  const groups = [
    alertsOf(buildRegionEntry('ap-east-1', { kind: 'gap', failure: disabled })),
    alertsOf(buildRegionEntry('us-east-1', { kind: 'baseline', summary: empty })),
    alertsOf(buildRegionEntry('ca-central-1', { kind: 'gap', failure: denied })),
    alertsOf(buildRegionEntry('eu-west-1', { kind: 'baseline', summary })),
    alertsOf(buildRegionEntry('us-east-2', { kind: 'baseline', summary: empty })),
    alertsOf(buildRegionEntry('eu-south-2', { kind: 'gap', failure: disabled })),
  ];
  expect(mailOf(groups)).toBe(`CRITICAL  watching 5 instances in eu-west-1   account 123456789012 (prod)
  CRITICAL  web-1   tcp 22 (SSH) from anywhere; tcp 80 (HTTP) from anywhere
  LOW       db-1   nothing reaches it
  and 2 more, none of them worse
  1 of 5 could not be read yet; you get an alert if this continues.
  From now on you get an alert when this changes.

HIGH  not enabled in this account, so not watched: ap-east-1, eu-south-2
  You get this alert once. A region that you enable later is watched from then on.

HIGH  could not list region ca-central-1
  Since 09:00:00 UTC, 23 November 2026: access-denied. AccessDeniedException: no
  It was never listed. While a region can not be listed, Portwatch detects no changes in it. You get an alert when it can be listed.
  If the region is denied on purpose, set regions to the regions that you use. Without this setting, Portwatch tries the region again with growing pauses of up to an hour.

INFO  watching 2 regions without instances: us-east-1, us-east-2`);
});

test('P4: an unreadable instance is unknown, not closed; P5: its recovery is in the mail', () => {
  const gap = alertsOf(buildEntry({ kind: 'gap', failure: timeout, previousRulesAt: '2026-11-01T00:00:00.000Z' }));
  expect(mailOf([gap])).toBe(`MEDIUM  web-1  eu-west-1  203.0.113.10   account 123456789012 (prod)
  CAN'T BE READ since 09:00:00 UTC, 23 November 2026: timeout. TimeoutError: 10000 ms
  Its firewall was last confirmed at 10:00:03 UTC, 23 November 2026. What can reach it now is unknown, not closed. You get an alert when it can be read again.
  Its history:
    ${historyOfWeb1}`);
  expect(mailOf([alertsOf(buildEntry({ kind: 'gap', failure: timeout }))])).toContain(
    '\n  Its firewall was never read. ',
  );
  expect(mailOf([alertsOf(buildEntry({ kind: 'gap-over', failure: timeout }))])).toBe(
    `INFO  web-1  eu-west-1  203.0.113.10   account 123456789012 (prod)
  CAN BE READ AGAIN, at 10:05:02 UTC, 23 November 2026. It could not be read since 09:00:00 UTC, 23 November 2026 (timeout).
  Its history:
    ${historyOfWeb1}`,
  );
});

test('a replaced instance: the deleted instance, the new instance, and the change between their firewalls', () => {
  const replaces = {
    instance: { ...instance, arn: 'arn:old', publicIpAddress: '203.0.113.9' },
    firstSeenAt: '2026-11-01T00:00:00.000Z',
    rulesAt: '2026-11-01T00:00:00.000Z',
    exposure: [open80],
    opened: [open22],
    closed: [open80],
    verdict: 'mixed' as const,
    severity: 'medium' as const,
    reason: 'tcp 80 lost its last source',
  };
  const reason = 'tcp 22 (SSH) is open to anywhere';
  const entry = buildEntry({ kind: 'appeared', opened: [open22], severity: 'critical', reason, replaces });
  expect(mailOf([alertsOf(entry)])).toBe(`CRITICAL  web-1  eu-west-1  203.0.113.10   account 123456789012 (prod)
  NEW instance. It replaces an earlier instance of the same name (arn:old).
  OPEN  tcp 22 (SSH)   from anywhere
  Critical because tcp 22 (SSH) is open to anywhere.
  Compared with the firewall of the earlier instance:
    OPENED  tcp 22 (SSH)   from anywhere
    CLOSED  tcp 80 (HTTP)   from anywhere
  First seen at 10:05:02 UTC, 23 November 2026; not listed at 10:00:03 UTC, 23 November 2026.
  Its history:
    ${historyOfWeb1}

MEDIUM  web-1  eu-west-1  203.0.113.9   account 123456789012 (prod)
  GONE: the region no longer lists it. Deleted between 10:00:03 and 10:05:02 UTC, 23 November 2026.
  WAS OPEN  tcp 80 (HTTP)   from anywhere
  Medium because tcp 80 lost its last source.
  Its history:
    ${historyOfWeb1}`);
});

test('a new instance without open ports has a sentence of its own', () => {
  const entry = buildEntry({ kind: 'appeared', severity: 'low', reason: 'nothing reaches it', changedAfter: null });
  expect(mailOf([alertsOf(entry)])).toContain(`
  NEW instance.
  Nothing reaches it.
  Low because nothing reaches it.
  First seen at 10:05:02 UTC, 23 November 2026.
`);
});

describe('the footer of the mail', () => {
  const footerOf = (over: Partial<typeof context>) => {
    const [plan] = planMessages([[changeAlert([http], [http, sshToWorld])]], { ...context, ...over }, 'digest-1');
    const { email }: { email: string } = JSON.parse(plan?.message.message ?? 'null');
    return email.split('\n--\n')[1];
  };

  test('P1: the footer has the coverage', () => {
    expect(footerOf({})).toBe(`Portwatch, scan of 10:05:02 UTC, 23 November 2026, account 123456789012 (prod)
Read 41 of 43 instances in 16 regions; could not list: ap-east-1.
`);
    const coverage = { instancesListed: 2, instancesRead: 2, regionsListed: 1, regionsSkipped: [] };
    expect(
      footerOf({ coverage, name: '123456789012' }),
    ).toBe(`Portwatch, scan of 10:05:02 UTC, 23 November 2026, account 123456789012
Read 2 of 2 instances in 1 region.
`);
  });
});

test.each<[Partial<typeof context.coverage>, string]>([
  [{}, 'Read 41 of 43 instances in 16 regions; could not list: ap-east-1.'],
  [{ regionsListed: 0 }, 'No region could be listed, so no instance was read: ap-east-1.'],
  [
    { regionsNotDue: ['a', 'b'] },
    'Read 41 of 43 instances in 16 regions; not due: 2 empty regions; could not list: ap-east-1.',
  ],
  [
    { instancesListed: 0, instancesRead: 0, regionsListed: 0, regionsSkipped: [], regionsNotDue: ['a'] },
    'Read 0 of 0 instances in 0 regions; not due: 1 empty region.',
  ],
  [{ regionsListed: 0, regionsSkipped: [] }, 'No region could be listed, so no instance was read.'],
  [{ instancesListed: 2, instancesRead: 1, onlyNamed: true }, 'Read 1 of 2 instances that events named.'],
  [{ instancesListed: 1, instancesRead: 1, onlyNamed: true }, 'Read 1 of 1 instance that events named.'],
  [
    { instancesListed: 0, instancesRead: 0, onlyNamed: true },
    'No instance was read: the event reports a change that a scan had already found.',
  ],
  [
    { instancesListed: 0, instancesRead: 0, regionsSkipped: ['a', 'b'] },
    'Read 0 of 0 instances in 16 regions; could not list: a, b.',
  ],
])('the coverage %j is "%s"', (over, text) => {
  expect(renderCoverage({ ...context.coverage, ...over })).toBe(text);
});

test('an alert has at most 50 lines, even if very many ports changed', () => {
  const before = Array.from({ length: 60 }, (_, i) => rule('udp', 2 * i, [`198.51.100.${i}/32`], ['::/0']));
  const after = Array.from({ length: 60 }, (_, i) =>
    rule('tcp', 2 * i, [`198.51.100.${i}/32`], ['2001:db8::/32', '::/0']),
  );
  const notes = Array.from({ length: 40 }, (_, i) => ({ code: 'x', text: `note ${i}` }));
  const body = mailOf([[changeAlert(before, after, { notes, instance: { ...instance, ipAddressType: 'ipv4' } })]]);
  expect(body.split('\n').length).toBeLessThanOrEqual(50);
  expect(body).toContain('\n  OPENED  and 42 more\n');
  expect(body).toContain('\n  CLOSED  and 50 more\n');
  expect(body).toContain('\n  and 36 more notes\n');
});

test('the commands have the region of the table if it is known', () => {
  const body = mailOf([[changeAlert([http], [http, sshToWorld])]], { tableRegion: 'eu-central-1' });
  expect(body).toContain('\n    aws dynamodb query --region eu-central-1 --table-name Portwatch-SnapshotTable ');
});
