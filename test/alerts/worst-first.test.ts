/** Lists are worst first, by the policy of the deployment. Omitted lines are never worse than shown ones. */
import { describe, expect, test } from '@jest/globals';
import { renderChatNotification } from '../../lambda/alerts/amazon-q-notification.ts';
import { buildDigest, type DigestContext } from '../../lambda/alerts/build-digest.ts';
import { renderEmail } from '../../lambda/alerts/render-email.ts';
import { RenderedAlerts } from '../../lambda/alerts/rendered-alerts.ts';
import { renderSlackDigest } from '../../lambda/alerts/slack-digest-message.ts';
import { renderSubject } from '../../lambda/alerts/subject.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import { defaultRatingPolicy, exposureOf, type PortState, rateExposure } from '../../lambda/firewall/index.ts';
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
} from './fixtures.ts';

const toWorld = (port: number) => rule('tcp', port, ['0.0.0.0/0'], ['::/0']);
/** 30 ports that are open to the world and rated high, and RDP. */
const many = [...Array.from({ length: 30 }, (_, i) => toWorld(1_001 + 2 * i)), toWorld(3389)];

function show(alerts: Alert[], own: DigestContext = context) {
  const digest = buildDigest({ alerts }, own, 'digest-1', { index: 1, count: 1 });
  const subject = renderSubject(digest);
  return {
    subject,
    mail: renderEmail(digest, new RenderedAlerts(own)),
    slack: JSON.stringify(renderSlackDigest(digest).blocks),
    chat: renderChatNotification(digest, subject).content.description,
  };
}

const gone = (rules: PortState[]) => alertsOf(buildEntry({ kind: 'gone', closed: exposureOf({ rules }).reach }), rules);
const appeared = (rules: PortState[]) =>
  alertsOf(buildEntry({ kind: 'appeared', rules, opened: exposureOf({ rules }).reach, severity: 'critical' }));

function firstListing(rules: PortState[], policy = defaultRatingPolicy): Alert[] {
  const exposure = exposureOf({ rules });
  const worst = [{ instanceName: 'web-1', exposure: exposure.reach, ...rateExposure(exposure, policy) }];
  const summary = { instancesListed: 1, instancesRead: 1, worst, more: 0 };
  return alertsOf(buildRegionEntry('eu-west-1', { kind: 'baseline', summary }));
}

test.each([
  ['a change', [changeAlert([], many)]],
  ['a change that closes the ports', [changeAlert(many, [])]],
  ['a new instance', appeared(many)],
  ['a deleted instance', gone(many)],
  ['the first listing of a region', firstListing(many)],
])('%s shows the critical port of 31 first, in the mail, in Slack and in Amazon Q', (_title, alerts) => {
  const { mail, slack, chat } = show(alerts);
  for (const text of [mail, slack, chat]) expect(text.match(/tcp (3389|10\d\d)/)?.[1]).toBe('3389');
});

test('the first mail has the port that makes an instance critical, and the ports that are open to the world', () => {
  const rules = [rule('tcp', 22, ['198.51.100.0/24']), toWorld(80), toWorld(443), toWorld(3389)];
  expect(show(firstListing(rules)).mail).toContain(
    'CRITICAL  web-1   tcp 3389 (RDP) from anywhere; tcp 22 (SSH) from 198.51.100.0/24; tcp 80 (HTTP) from anywhere; 1 more\n',
  );
});

describe('the order is that of the policy of the deployment', () => {
  const alerts = [changeAlert([], [toWorld(22), toWorld(1_001), toWorld(1_003)])];
  const own = { ...context, highRiskPorts: [1_003] };

  test('in the headline, whatever the default policy is', () => {
    expect(show(alerts).subject).toBe('[CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1)');
    expect(show(alerts, own).subject).toBe('[CRITICAL] prod web-1: tcp 1003 opened to anywhere (eu-west-1)');
  });

  test('in the first listing of a region', () => {
    const rules = [toWorld(1_003), rule('tcp', 8_443, ['198.51.100.7/32'])];
    expect(show(firstListing(rules, own), own).mail).toContain(
      'CRITICAL  web-1   tcp 1003 from anywhere; tcp 8443 from ',
    );
  });

  test('in what closed where one instance replaced another', () => {
    const closed = exposureOf({ rules: [toWorld(22), toWorld(1_003)] }).reach;
    const [alert] = appeared([http]);
    const replaces = { arn: 'arn:old', opened: [], closed, verdict: 'narrowed' as const };
    const firstClosed = (policy?: DigestContext) =>
      show([{ ...alert!, replaces }], policy).mail.match(/CLOSED {2}tcp (\d+)/)?.[1];
    expect([firstClosed(), firstClosed(own)]).toEqual(['22', '1003']);
  });

  test('in the lists', () => {
    for (const text of Object.values(show(alerts, own))) expect(text.match(/tcp (22|1001|1003)/)?.[1]).toBe('1003');
  });
});

test('the line that completes the world is as bad as the world', () => {
  const half = (network: string) => rule('tcp', 3389, [network]);
  const wide = Array.from({ length: 30 }, (_, i) => toWorld(1_001 + 2 * i));
  const { mail } = show([changeAlert([half('0.0.0.0/1')], [half('0.0.0.0/1'), half('128.0.0.0/1'), ...wide])]);
  expect(mail.match(/OPENED {2}tcp (\d+)/)?.[1]).toBe('3389');
});

test('of what closed, the port that makes the severity comes first', () => {
  const before = [toWorld(22), toWorld(443)];
  const { mail, subject } = show([changeAlert(before, [sshToOffice])]);
  expect(mail.match(/CLOSED {2}tcp (\d+)/)?.[1]).toBe('443');
  expect(subject).toBe('[MEDIUM] prod web-1: tcp 443 closed, it was open to anywhere (eu-west-1)');
});

test('sources that are not understood, and wide networks, come before hosts', () => {
  const hosts = ['192.0.2.1', '192.0.2.3', '192.0.2.5', '192.0.2.7', '192.0.2.9'];
  const opened = (...cidrs: string[]) => show([changeAlert([], [rule('tcp', 22, [...hosts, ...cidrs])])]);
  expect(opened('somewhere').mail).toContain(
    'from 192.0.2.1/32, 192.0.2.3/32, 192.0.2.5/32, "somewhere" (not understood) and 2 more',
  );
  expect(opened('somewhere').subject).toContain('tcp 22 opened to "somewhere" (not understood) and 5 more');
  expect(opened('64.0.0.0/3', '203.0.113.0/24').slack).toContain('from `64.0.0.0/3, 203.0.113.0/24 and 5 more`');
});

test('the port of a rule that is not understood is not cut from a first listing', () => {
  const odd = { ...rule('tcp', 22, ['198.51.100.7/32']), frobbed: true };
  const wide = [8_081, 8_083, 8_085, 8_087].map(toWorld);
  expect(show(firstListing([...wide, odd])).mail).toContain('CRITICAL  web-1   tcp 22 (SSH) from 198.51.100.7/32; ');
});

describe('an instance that nothing reaches any more', () => {
  test.each([
    [[toWorld(22)], 'LOW', 'tcp 22', 'Low because tcp 22 (SSH) is now closed; nothing reaches the instance any more.'],
    [
      [toWorld(443), toWorld(22)],
      'MEDIUM',
      'tcp 443',
      'Medium because tcp 443 (HTTPS) is now closed to everyone and nothing reaches the instance any more: a site may be down.',
    ],
  ])('%# is described so in the subject, the mail, Slack and Amazon Q', (before, severity, port, reason) => {
    const { subject, mail, slack, chat } = show([changeAlert(before, [])]);
    expect(subject).toBe(`[${severity}] prod web-1: ${port} closed, nothing reaches it any more (eu-west-1)`);
    expect(mail).toContain(`\n  ${reason}\n`);
    for (const text of [slack, chat]) expect(text).toContain(reason.replace(/^\w+ because/, 'Because'));
  });

  test('may have dormant rules, which reach nothing', () => {
    const v6 = rule('tcp', 22, [], ['::/0']);
    const ipv4Only = { ...instance, ipAddressType: 'ipv4' };
    const { subject, mail } = show([changeAlert([toWorld(22)], [v6], { instance: ipv4Only })]);
    expect(subject).toBe(
      '[LOW] prod web-1: tcp 22 closed, nothing reaches it any more, dormant rules remain (eu-west-1)',
    );
    expect(mail).toContain('nothing reaches the instance any more');
    expect(mail).toContain('    DORMANT  tcp 22 (SSH)   from anywhere (::/0)\n');
  });

  test('is not one with a rule that is not understood: that rule counts as open', () => {
    const odd = { ...rule('gre', 0, []), frobbed: true };
    const { subject, mail } = show([changeAlert([toWorld(22), odd], [odd])]);
    expect(subject).toBe('[LOW] prod web-1: tcp 22 closed, it was open to anywhere (eu-west-1)');
    expect(mail).not.toContain('nothing reaches');
  });
});

describe('a headline about a port that closed', () => {
  const world = ['0.0.0.0/0'];
  test.each([
    ['tcp 22 closed to the world, still open to 2001:db8::/32 and 1 more', [toWorld(22)], [sshToOffice]],
    ['tcp 22 closed to all IPv6 addresses, still open to all IPv4 addresses', [toWorld(22)], [rule('tcp', 22, world)]],
    [
      'tcp 22 closed to 203.0.113.0/24, still open to 198.51.100.0/24',
      [rule('tcp', 22, ['198.51.100.0/24', '203.0.113.0/24'])],
      [rule('tcp', 22, ['198.51.100.0/24'])],
    ],
    [
      'tcp 8000-9000 closed to all IPv4 addresses, still open in part',
      [{ ...rule('tcp', 8000, world), toPort: 9000 }],
      [rule('tcp', 8080, ['198.51.100.0/24'])],
    ],
    [
      'tcp 8000-9000 closed to all IPv4 addresses, still open in part',
      [{ ...rule('tcp', 8000, world), toPort: 9000 }],
      [{ ...rule('tcp', 8000, ['64.0.0.0/3']), toPort: 9000 }, rule('tcp', 8080, ['203.0.113.0/24'])],
    ],
  ])('%s', (headline, before, after) => {
    expect(show([changeAlert([...before, http], [...after, http])]).subject).toContain(`web-1: ${headline}`);
  });

  test('and of a port that opened names the result, not the sources that had access before', () => {
    expect(show([changeAlert([sshToOffice], [toWorld(22)])]).subject).toContain('web-1: tcp 22 opened to anywhere (');
  });
});

describe('the order of what opened', () => {
  const firstOpened = (before: PortState[], after: PortState[]) =>
    show([changeAlert(before, after)]).mail.match(/OPENED {2}tcp (\d+)/)?.[1];

  test('is not changed by a rule that was not understood before, too', () => {
    const odd = { ...rule('tcp', 9, ['10.0.0.9']), frobbed: true };
    expect(firstOpened([odd], [odd, rule('tcp', 22, ['10.0.0.5']), toWorld(8443)])).toBe('8443');
  });

  test('counts no source twice: a host gains nothing on a port that is open to the world', () => {
    const sshToIpv4 = rule('tcp', 22, ['0.0.0.0/0']);
    const andHost = rule('tcp', 22, ['0.0.0.0/0'], ['2001:db8::7']);
    expect(firstOpened([sshToIpv4], [andHost, toWorld(8443)])).toBe('8443');
  });
});

test('an instance of a first listing that is read later shows the rule that is not understood first', () => {
  const rules = [toWorld(8_081), { ...rule('tcp', 9_200, ['198.51.100.7/32']), frobbed: true }];
  const { reach, notes } = exposureOf({ rules });
  const summary = { instancesListed: 1, instancesRead: 1, worst: [], more: 0 };
  const alerts = alertsOf(buildEntry({ kind: 'baseline', rules, opened: reach, notes, summary }));
  expect(show(alerts).mail.match(/OPEN {2}tcp (\d+)/)?.[1]).toBe('9200');
});
