/** The attribution in the mail, in Slack and in the subject. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildAttributedAlert } from '../../lambda/alerts/attributed-alert.ts';
import { buildDigest } from '../../lambda/alerts/build-digest.ts';
import { decideAlerts, isSent } from '../../lambda/alerts/decide-alerts.ts';
import { describeApiCall } from '../../lambda/alerts/describe-attribution.ts';
import { maxMessageBytes, planMessages } from '../../lambda/alerts/plan-messages.ts';
import { renderSlackDigest } from '../../lambda/alerts/slack-digest-message.ts';
import { type Alert, parseDigest } from '../../lambda/contract/json-event.ts';
import { defaultRatingPolicy } from '../../lambda/firewall/index.ts';
import type { AttributedCall, Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import { alertsOf, buildChange, buildEntry, context, http, instance, sshToWorld, tableName } from './fixtures.ts';

const alice: AttributedCall = {
  eventId: 'e1',
  at: '2026-11-23T10:01:03.000Z',
  name: 'PutInstancePublicPorts',
  by: 'IAM user alice',
  arn: 'arn:aws:iam::123456789012:user/alice',
  sourceIpAddress: '198.51.100.7',
  userAgent: 'Mozilla/5.0',
  through: 'console',
};
const ci: AttributedCall = {
  eventId: 'e2',
  at: '2026-11-23T10:03:40.000Z',
  name: 'OpenInstancePublicPorts',
  by: 'role deploy (session ci-42)',
  arn: null,
  sourceIpAddress: '203.0.113.77',
  userAgent: 'aws-cli/2.31.0',
  through: 'api',
};

const foundAt = '2026-11-23T10:20:00.000Z';
const by = (calls: AttributedCall[], fit: Attribution['fit'] = 'explained'): Attribution => ({
  calls,
  fit,
  foundBy: 'lookup',
  foundAt,
});
const change = (changedBy?: Attribution | null, fields: Partial<HistoryEntry> = {}) =>
  buildChange([http], [http, sshToWorld], { ...fields, ...(changedBy !== undefined && { changedBy }) });
const transient = (fields: Partial<HistoryEntry> = {}) =>
  buildEntry({
    kind: 'flapped',
    rules: [http],
    opened: [{ protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0', '::/0'] }],
    severity: 'critical',
    reason: 'tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and was open to anywhere, for 3 minutes',
    changedAfter: '2026-11-23T10:01:03.000Z',
    changedBefore: '2026-11-23T10:04:03.000Z',
    changedBy: by([
      { ...alice, name: 'OpenInstancePublicPorts' },
      { ...alice, eventId: 'e3', at: '2026-11-23T10:04:03.000Z', name: 'CloseInstancePublicPorts' },
    ]),
    ...fields,
  });

/** Mail, Slack and subject of these alerts, as one message. */
function shown(alerts: Alert[]) {
  const [plan, ...more] = planMessages([alerts], context, 'digest-1');
  expect(more).toEqual([]);
  const { email, default: json }: { email: string; default: string } = JSON.parse(plan?.message.message ?? 'null');
  const digest = parseDigest(JSON.parse(json));
  const sections = digest === null ? [] : renderSlackDigest(digest).blocks;
  const slack = sections.flatMap((block) => (block.type === 'section' ? [block.text.text] : [])).join('\n');
  return { email, slack, subject: plan?.message.subject, json };
}

const lineWith = (text: string, start: string) => text.split('\n').find((line) => line.includes(start));
/** `count` lines, from the first line that contains `start`. */
function linesFrom(text: string, start: string, count: number): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.includes(start));
  return lines.slice(first, first + count).join('\n');
}

const document = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');

describe('an alert about a change', () => {
  test('names the actor of the one call that explains the change', () => {
    const { email, slack } = shown(alertsOf(change(by([alice])), [http]));
    const line =
      '  Changed between 10:00:03 and 10:05:02 UTC, 23 November 2026. ' +
      'By: IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 10:01:03 UTC.';
    expect(lineWith(email, 'Changed')).toBe(line);
    expect(document).toContain(`\n${line}\n`);
    expect(email).not.toContain('alone');
    expect(lineWith(slack, 'Changed')).toBe(
      'Changed between 10:00:03 and 10:05:02 UTC, 23 November 2026. ' +
        'By: `IAM user alice`, from `198.51.100.7` (console), `PutInstancePublicPorts` at 10:01:03 UTC.',
    );
  });

  test('names two calls in order, and has a sentence if the calls alone do not make the change', () => {
    const { email, slack } = shown(alertsOf(change(by([alice, ci], 'not-explained')), [http]));
    const lines = `  Changed between 10:00:03 and 10:05:02 UTC, 23 November 2026. By, in this order:
    IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 10:01:03 UTC
    role deploy (session ci-42), from 203.0.113.77 (API, aws-cli/2.31.0), OpenInstancePublicPorts at 10:03:40 UTC
  These calls alone do not make this change.`;
    expect(linesFrom(email, 'Changed', 4)).toBe(lines);
    expect(document).toContain(`\n${lines}\n`);
    expect(linesFrom(slack, 'Changed', 4)).toBe(
      `Changed between 10:00:03 and 10:05:02 UTC, 23 November 2026. By, in this order:
\`IAM user alice\`, from \`198.51.100.7\` (console), \`PutInstancePublicPorts\` at 10:01:03 UTC
\`role deploy (session ci-42)\`, from \`203.0.113.77\` (API, \`aws-cli/2.31.0\`), \`OpenInstancePublicPorts\` at 10:03:40 UTC
These calls alone do not make this change.`,
    );
  });

  test.each([
    ['not-explained', [alice], 'This call alone does not make this change.'],
    [
      'not-told',
      [alice],
      'CloudTrail does not record all parameters of this call: it is unknown if the call made this change.',
    ],
    ['not-told', [alice, ci], 'Not all parameters of these calls are known: it is unknown if they made this change.'],
  ] as const)('%s has a sentence about the doubt', (fit, calls, doubt) => {
    const { email, slack } = shown(alertsOf(change(by([...calls], fit)), [http]));
    expect(email).toContain(`\n  ${doubt}\n`);
    expect(slack).toContain(`\n${doubt}\n`);
  });

  test('has "not known yet", or "not looked up" if attribution is turned off', () => {
    expect(shown(alertsOf(change(), [http])).email).toContain('2026. By: not known yet.\n');
    const off = decideAlerts(
      change(null),
      { rules: [http], ipAddressType: 'dualstack' },
      { tableName, attributionOff: true },
    );
    const { email, slack, json } = shown(off);
    expect(email).toContain('2026. By: not looked up.\n');
    expect(slack).toContain('2026. By: not looked up.\n');
    expect(JSON.parse(json).alerts).toMatchObject([{ changedBy: null, attributionOff: true }]);
    const known = decideAlerts(
      change(by([alice])),
      { rules: [http], ipAddressType: 'dualstack' },
      { tableName, attributionOff: true },
    );
    expect(shown(known).email).toContain('By: IAM user alice,');
  });

  test('parts that the CloudTrail record does not have are left out', () => {
    const bare = { ...alice, sourceIpAddress: null, userAgent: null, through: null };
    const says = (call: AttributedCall) => lineWith(shown(alertsOf(change(by([call])), [http])).email, 'By:');
    expect(says(bare)).toMatch(/By: IAM user alice, PutInstancePublicPorts at 10:01:03 UTC\.$/);
    expect(says({ ...bare, through: 'api' })).toContain('alice (API), Put');
    expect(says({ ...bare, userAgent: 'curl' })).toContain('alice (curl), Put');
    expect(says({ ...bare, through: 'aws-service' })).toContain('alice (AWS service), Put');
    expect(says({ ...bare, at: '2026-11-22T23:59:59.000Z' })).toContain('at 23:59:59 UTC, 22 November 2026.');
  });

  test('four calls are shown and the other calls are counted; the JSON event has all calls', () => {
    const calls = Array.from({ length: 30 }, (_, index) => ({ ...alice, eventId: `e${index}` }));
    const { email, json } = shown(alertsOf(change(by(calls)), [http]));
    expect(email.match(/IAM user alice/g)).toHaveLength(4);
    expect(email).toContain('\n    and 26 more calls\n');
    expect(JSON.parse(json).alerts[0].changedBy.calls).toHaveLength(30);
  });

  test('an instance that appeared or is gone has an actor only if the actor is known', () => {
    const appeared = buildEntry({ kind: 'appeared', rules: [http] });
    const create = { ...alice, name: 'CreateInstances' };
    expect(shown(alertsOf({ ...appeared, changedBy: by([create]) })).email).toContain(
      '\n  By: IAM user alice, from 198.51.100.7 (console), CreateInstances at 10:01:03 UTC.\n',
    );
    expect(shown(alertsOf(appeared)).email).not.toContain('By:');
    const gone = buildEntry({ kind: 'gone', changedBy: by([{ ...alice, name: 'DeleteInstance' }]) });
    expect(shown(alertsOf(gone)).email).toContain('(console), DeleteInstance at 10:01:03 UTC.\n');
    expect(shown(alertsOf(gone)).slack).toContain('\nBy: `IAM user alice`, from');
  });

  test('if a message has no room for all calls, the first three stay and the others are counted', () => {
    const calls = Array.from({ length: 50 }, () => ({ ...alice, arn: 'x'.repeat(9_000) }));
    const { json, email } = shown(alertsOf(change(by(calls)), [http]));
    expect(json.length).toBeLessThan(maxMessageBytes);
    const { changedBy } = JSON.parse(json).alerts[0];
    expect([changedBy.calls.length, changedBy.callsLeftOut]).toEqual([3, 47]);
    expect(email).toContain('and 46 more calls');
  });

  test('calls that the JSON event left out are counted where the event is shown', () => {
    const [alert] = alertsOf(change(by([alice, ci, alice])), [http]);
    const changedBy = alert?.changedBy && { ...alert.changedBy, callsLeftOut: 47 };
    expect(shown([{ ...alert!, changedBy: changedBy ?? null }]).slack).toContain('\nand 47 more calls');
    const one = { ...by([alice]), callsLeftOut: 1 };
    expect(shown([{ ...alert!, changedBy: one }]).email).toContain('\n    and 1 more call\n');
  });
});

describe('an alert about a transient change', () => {
  test('has the open port, the duration, the actor, and that the change is over', () => {
    const { email, slack, subject } = shown(alertsOf(transient()));
    expect(subject).toBe('[CRITICAL] prod web-1: tcp 22 open to anywhere for 3 minutes, then closed again (eu-west-1)');
    const lines = `CRITICAL  web-1  eu-west-1  203.0.113.10   account 123456789012 (prod)
  WAS OPEN  tcp 22 (SSH)   from anywhere
  Critical because tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and was open to anywhere, for 3 minutes.
  According to CloudTrail, this happened between 10:01:03 and 10:04:03 UTC, 23 November 2026. The scans before and after did not find it. It is over. By, in this order:
    IAM user alice, from 198.51.100.7 (console), OpenInstancePublicPorts at 10:01:03 UTC
    IAM user alice, from 198.51.100.7 (console), CloseInstancePublicPorts at 10:04:03 UTC`;
    expect(email.startsWith(`${lines}\n  Its history:\n`)).toBe(true);
    expect(document).toContain(`\n${lines}\n`);
    expect(email).not.toContain('Put it back');
    expect(slack).toBe(`:rotating_light: *CRITICAL* \`web-1\`  eu-west-1  \`203.0.113.10\`
was open \`tcp 22 (SSH)\` from \`anywhere\`
Because tcp 22 (SSH) is on the high-risk list (AWS Security Hub EC2.19) and was open to anywhere, for 3 minutes.
According to CloudTrail, this happened between 10:01:03 and 10:04:03 UTC, 23 November 2026. The scans before and after did not find it. It is over. By, in this order:
\`IAM user alice\`, from \`198.51.100.7\` (console), \`OpenInstancePublicPorts\` at 10:01:03 UTC
\`IAM user alice\`, from \`198.51.100.7\` (console), \`CloseInstancePublicPorts\` at 10:04:03 UTC`);
  });

  test('names a port that was closed', () => {
    const closed = [{ protocol: 'tcp' as const, from: 80, to: 80, sources: ['0.0.0.0/0', '::/0'] }];
    const { email, slack, subject } = shown(
      alertsOf(transient({ opened: [], closed, severity: 'medium', changedBefore: '2026-11-23T10:01:33.000Z' })),
    );
    expect(subject).toContain('tcp 80 closed to the world for 30 seconds, then open again');
    expect(email).toContain('\n  WAS CLOSED  tcp 80 (HTTP)   from anywhere\n');
    expect(slack).toContain('\nwas closed `tcp 80 (HTTP)` from `anywhere`\n');
  });

  test('has a sentence if the records are not sufficient to compute what was open', () => {
    const reason =
      '1 call to its firewall between two reads: its effect is unknown, so it is not known which ports were open in between';
    const entry = transient({
      opened: [],
      severity: 'medium',
      reason,
      changedAfter: '2026-11-23T10:01:03.000Z',
      changedBefore: '2026-11-23T10:01:03.000Z',
      changedBy: by([alice], 'not-explained'),
    });
    const { email, slack, subject } = shown(alertsOf(entry));
    expect(subject).toBe('[MEDIUM] prod web-1: API calls between two scans, what was open is unknown (eu-west-1)');
    expect(email).toContain(`  Medium because ${reason}.
  CloudTrail recorded this at 10:01:03 UTC, 23 November 2026. The scans before and after did not find it. By: IAM user alice,`);
    expect(slack).toContain(
      'CloudTrail recorded this at 10:01:03 UTC, 23 November 2026. The scans before and after did not find it. By: `IAM user alice`',
    );
    expect(email).not.toContain('alone');
  });

  test('is a firewall alert: not sent if it is expected or below alertFrom', () => {
    const sentOf = (entry: HistoryEntry, alertFrom: 'low' | 'critical') =>
      alertsOf(entry).map((alert) => [alert.kind, isSent(alert, alertFrom, entry)]);
    expect(sentOf(transient(), 'critical')).toEqual([['firewall-flapped', true]]);
    expect(sentOf(transient({ severity: 'low' }), 'critical')).toEqual([['firewall-flapped', false]]);
    expect(sentOf(transient({ expected: 'deploys' }), 'low')).toEqual([['firewall-flapped', false]]);
  });
});

describe('the attributed alert', () => {
  const follow = (entry = change(by([alice]))) =>
    buildAttributedAlert(entry, by([alice]), { tableName }, defaultRatingPolicy);

  test('has one or two lines, and repeats the headline of the earlier alert', () => {
    const alert = follow();
    const [earlier] = alertsOf(change(), [http]);
    expect(alert).toMatchObject({
      kind: 'attributed',
      severity: 'info',
      reason: 'tcp 22 opened to anywhere',
      attributes: earlier?.alertId,
      opened: [],
      rulesAfter: null,
      restoreCommand: null,
      restoreNote: null,
    });
    expect(alert?.alertId).not.toBe(earlier?.alertId);
    const { email, slack, subject, json } = shown(alert === null ? [] : [alert]);
    expect(subject).toBe('[INFO] prod web-1: tcp 22 opened to anywhere, by IAM user alice (eu-west-1)');
    expect(email.split('\n\n')[0]).toBe(`INFO  web-1  eu-west-1  203.0.113.10   account 123456789012 (prod)
  Earlier alert: tcp 22 opened to anywhere, between 10:00:03 and 10:05:02 UTC, 23 November 2026.
  By: IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 10:01:03 UTC.`);
    expect(slack).toBe(`:information_source: *INFO* \`web-1\`  eu-west-1  \`203.0.113.10\`
Earlier alert: tcp 22 opened to anywhere, between 10:00:03 and 10:05:02 UTC, 23 November 2026.
By: \`IAM user alice\`, from \`198.51.100.7\` (console), \`PutInstancePublicPorts\` at 10:01:03 UTC.`);
    expect(JSON.parse(json).alerts[0].changedBy).toEqual(by([alice]));
  });

  test('names how many other actors there were', () => {
    const alert = buildAttributedAlert(change(), by([alice, ci, alice]), { tableName }, defaultRatingPolicy);
    expect(shown(alert === null ? [] : [alert]).subject).toContain(
      'anywhere, by IAM user alice and 1 more (eu-west-1)',
    );
  });

  test('about a new instance names the new instance, not the instance that it replaced', () => {
    const open = [{ protocol: 'tcp' as const, from: 22, to: 22, sources: ['0.0.0.0/0', '::/0'] }];
    const replaces = {
      instance: { ...instance, arn: 'arn:old' },
      ...{ firstSeenAt: foundAt, rulesAt: foundAt, exposure: [], opened: open, closed: [] },
      ...{ verdict: 'widened' as const, severity: 'low' as const, reason: '' },
    };
    const entry = buildEntry({ kind: 'appeared', opened: open, replaces });
    expect(follow(entry)).toMatchObject({
      reason: 'replaced by a new instance, tcp 22 open to anywhere',
      instance: { arn: instance.arn },
    });
  });

  test('has the same id each time it is sent', () => {
    expect(follow()?.alertId).toBe(follow()?.alertId);
    expect(follow()?.alertId).not.toBe(follow(change(by([alice]), { version: 3 }))?.alertId);
    const second = (calls: AttributedCall[]) =>
      buildAttributedAlert(change(by([alice])), by(calls), { tableName }, defaultRatingPolicy)?.alertId;
    expect(second([alice, ci])).toBe(second([alice, ci]));
    expect(second([ci])).not.toBe(second([alice]));
  });

  test('is not built for an entry without an alert', () => {
    expect(follow(buildChange([http], [http, http], { verdict: 'rewritten' }))).toBeNull();
  });

  test('is sent only if the alert about the change was sent', () => {
    const isFollowUpSent = (entry: HistoryEntry, alertFrom: 'low' | 'critical') => {
      const alert = follow(entry);
      return alert !== null && isSent(alert, alertFrom, entry);
    };
    expect(isFollowUpSent(change(), 'critical')).toBe(true);
    expect(isFollowUpSent(change(null, { severity: 'low' }), 'critical')).toBe(false);
    expect(isFollowUpSent(change(null, { expected: 'deploys' }), 'low')).toBe(false);
  });
});

test('the parser of the JSON event keeps valid attributions and ignores malformed ones', () => {
  const digest = buildDigest({ alerts: alertsOf(change(by([alice, ci])), [http]) }, context, 'digest-1', {
    index: 1,
    count: 1,
  });
  const [alert] = digest.alerts;
  const parsed = (changedBy: unknown) =>
    parseDigest({ ...digest, alerts: [{ ...alert, changedBy }] })?.alerts[0]?.changedBy;
  expect(parsed(alert?.changedBy)).toEqual(alert?.changedBy);
  expect(parsed({ ...alert?.changedBy, callsLeftOut: 7 })).toEqual({ ...alert?.changedBy, callsLeftOut: 7 });
  for (const odd of [null, undefined, 'alice', [], {}, { calls: [] }, { calls: [null, {}, { by: 17 }] }]) {
    expect(parsed(odd)).toBeNull();
  }
  expect(parsed({ calls: [{ by: 'alice', through: 'magic' }], fit: 'new', foundBy: 'x' })).toEqual({
    calls: [
      {
        eventId: '',
        at: '',
        name: 'a call',
        by: 'alice',
        arn: null,
        sourceIpAddress: null,
        userAgent: null,
        through: null,
      },
    ],
    fit: 'not-told',
    foundBy: 'lookup',
    foundAt: '',
  });
});

test.each([
  [
    'role admin (session carol), through cloudformation.amazonaws.com',
    'cloudformation.amazonaws.com',
    'cloudformation.amazonaws.com',
    'aws-service',
    'role admin (session carol), through cloudformation.amazonaws.com, CallName at 10:01',
  ],
  [
    'AWS service lightsail.amazonaws.com',
    'lightsail.amazonaws.com',
    'lightsail.amazonaws.com',
    'aws-service',
    'AWS service lightsail.amazonaws.com, CallName at 10:01',
  ],
  [
    'IAM user alice',
    'console.amazonaws.com',
    'console.amazonaws.com',
    'console',
    'IAM user alice (console), CallName at 10:01',
  ],
  ['IAM user alice', 'AWS Internal', 'AWS Internal', null, 'IAM user alice, from AWS Internal, CallName at 10:01'],
  [
    'IAM user alice',
    'cloudformation.amazonaws.com',
    'cloudformation.amazonaws.com',
    'aws-service',
    'IAM user alice, from cloudformation.amazonaws.com (AWS service), CallName at 10:01',
  ],
] as const)('a service is named once: %s, from %s', (by, sourceIpAddress, userAgent, through, text) => {
  const call = { by, name: 'CallName', at: '', sourceIpAddress, userAgent, through };
  expect(
    describeApiCall(
      call,
      (shown) => shown,
      () => '10:01',
    ),
  ).toBe(text);
});
