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
import { mailChannel } from '../../lambda/alerts/render-text.ts';
import type { Alert, AlertKind } from '../../lambda/contract/json-event.ts';
import { defaultRatingPolicy } from '../../lambda/firewall/index.ts';
import { instance } from './fixtures.ts';

const policy = defaultRatingPolicy;
const ssh: Alert['opened'] = [{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0', '::/0'] }];
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
  ['attribution-denied', {}, 'CloudTrail access is denied, so changes have no actor'],
  ['monitoring-started', { summary: summary(1) }, 'watching 1 instance in eu-west-1'],
])('the headline of %s with %j', (kind, fields, headline) => {
  expect(headlineOf(build(kind, fields), policy)).toBe(headline);
});

test('all starts of one scan have one headline; regions without instances are one group', () => {
  const [one, empty, none] = [2, 0, 0].map((count) => build('monitoring-started', { summary: summary(count) }));
  if (!one || !empty || !none) throw new Error('no alerts');
  const start = headlineOfFirst([one, empty, none], (alert) => headlineOf(alert, policy));
  expect(start).toEqual({ headline: 'watching 2 instances in eu-west-1', alertCount: 3 });
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
});
