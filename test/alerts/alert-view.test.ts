import { expect, test } from '@jest/globals';
import {
  buildView,
  groupAlerts,
  hasCoverage,
  headlineOf,
  headlineOfFirst,
  showsRegion,
} from '../../lambda/alerts/alert-view.ts';
import { blankAlert } from '../../lambda/alerts/blank-alert.ts';
import { mailChannel } from '../../lambda/alerts/render-text-view.ts';
import { RenderedAlerts } from '../../lambda/alerts/rendered-alerts.ts';
import type { Alert, AlertKind } from '../../lambda/contract/json-event.ts';
import { defaultRatingPolicy } from '../../lambda/firewall/index.ts';
import { context, instance } from './fixtures.ts';

const policy = defaultRatingPolicy;
const ssh: Alert['opened'] = [{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0', '::/0'] }];
const web1 = { name: 'web-1', ...instance };
const times = { changedAfter: '2026-11-23T10:01:00.000Z', changedBefore: '2026-11-23T10:04:00.000Z' };
const failure = { reason: 'timeout', message: 'no answer', since: times.changedAfter };
const summary = (instancesListed: number) => ({ instancesListed, instancesRead: instancesListed, worst: [], more: 0 });

function build(kind: AlertKind, fields: Partial<Alert> = {}): Alert {
  const details = { table: 't', pk: 'p', sk: 's' };
  return blankAlert({ alertId: 'a', kind, region: 'eu-west-1', details, ...times, ...fields });
}

test.each<[AlertKind, Partial<Alert>, string]>([
  ['firewall-changed', { opened: ssh }, 'tcp 22 opened to anywhere'],
  ['firewall-changed', { closed: ssh }, 'tcp 22 closed to the world'],
  ['firewall-changed', { opened: null, closed: null, verdict: 'widened' }, 'firewall widened'],
  ['firewall-changed', { opened: null, closed: null }, 'firewall changed'],
  [
    'firewall-changed',
    { closed: ssh, rulesAfter: [], dormant: null },
    'tcp 22 closed, nothing reaches it any more, dormant rules remain',
  ],
  ['monitoring-started', { instance: web1, opened: ssh }, 'first read, tcp 22 open to anywhere'],
  ['monitoring-started', { summary: summary(0) }, 'watching 0 instances in eu-west-1'],
  ['firewall-flapped', { opened: null, closed: [] }, 'firewall changed and changed back for 3 minutes'],
  ['firewall-flapped', { opened: [], closed: null }, 'firewall changed and changed back for 3 minutes'],
  ['instance-appeared', { opened: null }, 'new instance, its firewall is in the table'],
  [
    'instance-appeared',
    { opened: ssh, replaces: { arn: null, opened: [], closed: [], verdict: null } },
    'replaced by a new instance, tcp 22 open to anywhere',
  ],
  ['unreadable', {}, "firewall can't be read"],
  ['firewall-flapped', { opened: ssh }, 'tcp 22 open to anywhere for 3 minutes, then closed again'],
  ['firewall-flapped', { closed: ssh }, 'tcp 22 closed to the world for 3 minutes, then open again'],
  ['firewall-flapped', {}, 'API calls between two scans, what was open is unknown'],
  ['instance-appeared', { opened: ssh }, 'new instance, tcp 22 open to anywhere'],
  ['instance-appeared', { opened: [] }, 'new instance, nothing open'],
  ['instance-gone', { closed: ssh }, 'instance is gone'],
  ['unreadable', { failure }, "firewall can't be read (timeout)"],
  ['region-unreadable', { failure }, "region can't be listed (timeout)"],
  [
    'region-unreadable',
    { failure: { ...failure, reason: 'region-not-enabled' }, changedAfter: null },
    'region is not enabled, not watched',
  ],
  [
    'region-unreadable',
    { failure: { ...failure, reason: 'region-not-enabled' } },
    "region can't be listed (region-not-enabled)",
  ],
  ['attributed', { reason: 'tcp 22 opened to anywhere' }, 'tcp 22 opened to anywhere, by an unknown actor'],
  ['account-unreadable', { failure }, "account can't be entered (timeout)"],
  ['account-readable-again', { reason: 'the account is watched again' }, 'the account is watched again'],
  ['account-removed', {}, 'account is no longer watched'],
  ['organization-unreadable', { failure }, "organisation can't be listed (timeout)"],
  [
    'organization-readable-again',
    { reason: 'the organisation can be listed again' },
    'the organisation can be listed again',
  ],
  ['attribution-denied', {}, 'CloudTrail access is denied, so changes have no actor'],
  ['monitoring-started', { summary: summary(1) }, 'watching 1 instance in eu-west-1'],
])('the headline of %s with %j', (kind, fields, headline) => {
  expect(headlineOf(build(kind, fields), policy)).toBe(headline);
});

/** The lines of the mail, without the heading and the history. */
const mailOf = (kind: AlertKind, fields: Partial<Alert>) =>
  new RenderedAlerts(context)
    .mail([build(kind, fields)])
    .split('\n  Its history:')[0]
    ?.split('\n')
    .slice(1)
    .map((line) => line.slice(2));

const notNow = 'What can reach it now is unknown, not closed. You get an alert when it can be read again.';
const notListed =
  'It was never listed. While a region can not be listed, Portwatch detects no changes in it. ' +
  'You get an alert when it can be listed.';
const regionHistory = ['The history of the region:', expect.stringContaining('aws dynamodb query')];

test.each<[string, AlertKind, Partial<Alert>, unknown[]]>([
  [
    'a gap without its failure has the reason',
    'unreadable',
    { instance: web1, reason: 'it is ill', changedAfter: null },
    ["CAN'T BE READ: it is ill", `Its firewall was never read. ${notNow}`],
  ],
  ['a region without its failure', 'region-unreadable', { changedAfter: null }, [notListed]],
  [
    'a recovery without its failure',
    'readable-again',
    { instance: web1 },
    ['CAN BE READ AGAIN, at 10:04:00 UTC, 23 November 2026.'],
  ],
  [
    'the recovery of a region has the history of the region',
    'region-readable-again',
    { failure },
    [
      'CAN BE LISTED AGAIN, at 10:04:00 UTC, 23 November 2026. It could not be listed since 10:01:00 UTC, 23 November 2026 (timeout).',
      ...regionHistory,
    ],
  ],
  [
    'a region that was listed before, and is denied now, has the instant of that listing',
    'region-unreadable',
    { failure: { ...failure, reason: 'access-denied' } },
    [
      'Since 10:01:00 UTC, 23 November 2026: access-denied. no answer',
      'It was last listed at 10:01:00 UTC, 23 November 2026. While a region can not be listed, Portwatch detects no changes in it. You get an alert when it can be listed again.',
    ],
  ],
  [
    'a transient change of an open port is over',
    'firewall-flapped',
    { instance: web1, opened: ssh },
    [
      'WAS OPEN  tcp 22 (SSH)   from anywhere',
      'According to CloudTrail, this happened between 10:01:00 and 10:04:00 UTC, 23 November 2026. The scans before and after did not find it. It is over. By: not known yet.',
    ],
  ],
  [
    'a transient change of a closed port is over',
    'firewall-flapped',
    { instance: web1, closed: ssh },
    ['WAS CLOSED  tcp 22 (SSH)   from anywhere', expect.stringContaining('It is over.')],
  ],
  [
    'a transient change whose lists are too long is over',
    'firewall-flapped',
    { instance: web1, opened: null, closed: null },
    [
      'WAS OPEN  the list is too long for a message; the history has the whole list.',
      'WAS CLOSED  the list is too long for a message; the history has the whole list.',
      expect.stringContaining('It is over.'),
    ],
  ],
  [
    'an instance of a first listing that is read later',
    'monitoring-started',
    { instance: web1, opened: null },
    [
      'READ FOR THE FIRST TIME. The alert about the first listing of its region did not include it.',
      'OPEN  the list is too long for a message; the history has the whole list.',
    ],
  ],
  ['a week without its summary', 'all-is-well', { reason: 'all is well' }, ['all is well']],
  [
    'a first listing without its summary',
    'monitoring-started',
    {},
    ['The table has the instances and firewalls of eu-west-1.'],
  ],
  [
    'a first listing that had no room for its instances',
    'monitoring-started',
    { summary: { ...summary(5), worst: [], more: 5 } },
    ['and 5 more', 'From now on you get an alert when this changes.'],
  ],
  [
    'a replaced instance with the same firewall is not compared',
    'instance-appeared',
    { instance: web1, opened: ssh, replaces: { arn: null, opened: [], closed: [], verdict: 'identical' } },
    [
      'NEW instance. It replaces an earlier instance of the same name.',
      'OPEN  tcp 22 (SSH)   from anywhere',
      'First seen at 10:04:00 UTC, 23 November 2026; not listed at 10:01:00 UTC, 23 November 2026.',
    ],
  ],
  [
    'a replaced instance whose lists are too long says so',
    'instance-appeared',
    { instance: web1, opened: ssh, replaces: { arn: null, opened: [], closed: null, verdict: 'narrowed' } },
    [
      'NEW instance. It replaces an earlier instance of the same name.',
      'OPEN  tcp 22 (SSH)   from anywhere',
      'Compared with the firewall of the earlier instance:',
      '  CLOSED  the list is too long for a message; the history has the whole list.',
      'First seen at 10:04:00 UTC, 23 November 2026; not listed at 10:01:00 UTC, 23 November 2026.',
    ],
  ],
  [
    'dormant rules of an instance that was not listed, and notes that are too long',
    'instance-appeared',
    { opened: [], dormant: ssh, notes: null, changedAfter: null },
    [
      'NEW instance.',
      'Nothing reaches it.',
      'Dormant rules: they have no effect with its present addresses, and take effect if the instance gets other addresses:',
      '  DORMANT  tcp 22 (SSH)   from anywhere',
      'First seen at 10:04:00 UTC, 23 November 2026.',
      'Notes: too long for this message; the history has them.',
      ...regionHistory,
    ],
  ],
  [
    'exactly as many notes as fit',
    'instance-appeared',
    {
      instance: web1,
      opened: [],
      changedAfter: null,
      notes: ['a', 'b', 'c', 'd'].map((text) => ({ code: 'x', text })),
    },
    [
      'NEW instance.',
      'Nothing reaches it.',
      'First seen at 10:04:00 UTC, 23 November 2026.',
      ...['Note: a', 'Note: b', 'Note: c', 'Note: d'],
    ],
  ],
])('the mail: %s', (_title, kind, fields, lines) => {
  expect(mailOf(kind, fields)).toEqual(lines);
});

test('in Slack, notes and earlier rules are left out', () => {
  const fields = { instance: web1, opened: ssh, notes: [{ code: 'x', text: 'a note' }], restoreNote: 'no rules' };
  expect(new RenderedAlerts(context).slack([build('firewall-changed', fields)])).toBe(
    ':information_source: *INFO* `web-1`  eu-west-1  `203.0.113.10`\n' +
      'opened `tcp 22 (SSH)` from `anywhere`\n' +
      'Changed between 10:01:00 and 10:04:00 UTC, 23 November 2026. By: not known yet.\n' +
      'No restore command: no rules.',
  );
});

test('the event of an earlier version does not say what its command does: it always replaced the whole firewall', () => {
  const earlier = build('firewall-changed', { instance: web1, opened: ssh, restoreCommand: 'aws lightsail x' });
  expect(buildView([earlier], { ...mailChannel, policy }).restore).toEqual({
    lead: 'Put it back (replaces the whole firewall with what it was; stops if you are in another account):',
    command: 'aws lightsail x',
  });
});

test('an instance of a first listing that is read later is named in the heading and in the subject', () => {
  const [first, start] = [build('monitoring-started', { instance: web1 }), build('monitoring-started')];
  expect(buildView([first], { ...mailChannel, policy }).heading).toEqual(['web-1', 'eu-west-1', '203.0.113.10']);
  expect(showsRegion(first)).toBe(true);
  expect(headlineOfFirst([start, first], () => '')).toMatchObject({ alertCount: 1 });
  expect(headlineOfFirst([first, start], () => 'first read')).toEqual({ headline: 'first read', alertCount: 1 });
});

test('regions that fail since another instant, or were listed at another instant, are alerts of their own', () => {
  const other = '2026-11-23T09:00:00.000Z';
  const [a, b, c] = [{}, { failure: { ...failure, since: other } }, { changedAfter: other }].map((fields) =>
    build('region-unreadable', { failure, ...fields }),
  );
  expect(groupAlerts([a!, b!, c!])).toEqual([[a], [b], [c]]);
});

test('regions that fail alike are one alert, which names them', () => {
  const [a, b] = ['eu-west-1', 'us-east-1'].map((region) => build('region-unreadable', { failure, region }));
  if (!a || !b) throw new Error('no alerts');
  const [group, ...rest] = groupAlerts([a, b]);
  expect(rest).toEqual([]);
  expect(new RenderedAlerts(context).mail(group ?? [a])).toMatch(
    /^INFO {2}could not list 2 regions: eu-west-1, us-east-1\n/,
  );
});

test('all starts of one scan have one headline; regions without instances are one group', () => {
  const [one, empty, none] = [2, 0, 0].map((count) => build('monitoring-started', { summary: summary(count) }));
  if (!one || !empty || !none) throw new Error('no alerts');
  const start = headlineOfFirst([one, empty, none], (alert) => headlineOf(alert, policy));
  expect(start).toEqual({ headline: 'watching 2 instances in eu-west-1', alertCount: 3 });
  const elsewhere = { ...empty, region: 'us-east-1' };
  expect(headlineOfFirst([elsewhere, one], () => '').headline).toBe('watching 2 instances in eu-west-1');
  expect(groupAlerts([empty, one, none])).toEqual([[empty, none], [one]]);
  expect(buildView([empty, none], { ...mailChannel, policy })).toMatchObject({
    heading: ['watching 2 regions without instances: eu-west-1, eu-west-1'],
    hasAccount: false,
    historyLead: null,
  });
});

test('the view of a change has instance, region and address, and a query for its history', () => {
  const web = { name: 'web-1', ...instance };
  const view = buildView([build('firewall-changed', { opened: ssh, instance: web })], { ...mailChannel, policy });
  expect(view).toMatchObject({ heading: ['web-1', 'eu-west-1', '203.0.113.10'], hasAccount: true, restore: null });
  expect(view.historyLead).toBe('Its history:');
});

test.each<[AlertKind, boolean, boolean]>([
  ['firewall-changed', true, true],
  ['all-is-well', false, true],
  ['test', false, false],
])('%s: region in the subject %s, coverage in the footer %s', (kind, isRegionShown, isCoverageShown) => {
  expect(showsRegion(build(kind))).toBe(isRegionShown);
  expect(hasCoverage([build(kind)])).toBe(isCoverageShown);
  expect(hasCoverage([build('unreadable'), build(kind)])).toBe(isCoverageShown);
});
