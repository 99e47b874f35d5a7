import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maxMessageBytes, type PlannedMessage, planMessages } from '../../lambda/alerts/plan-messages.ts';
import type { Alert, Digest } from '../../lambda/contract/json-event.ts';
import { defaultRatingPolicy, severities } from '../../lambda/firewall/index.ts';
import { anyText } from '../support/any-text.ts';
import { depth } from '../support/depth.ts';
import {
  alertsOf,
  buildEntry,
  buildRegionEntry,
  changeAlert,
  context,
  http,
  rule,
  sshToWorld,
  toJsonAlert,
} from './fixtures.ts';
import { runWithFakeAws } from './shell.ts';

const failure = { reason: 'timeout', message: 'x', since: '2026-11-23T09:00:00.000Z' } as const;

function bodiesOf({ message }: PlannedMessage): { default: string; email: string } {
  return JSON.parse(message.message);
}

function digestOf(plan: PlannedMessage): Digest {
  return JSON.parse(bodiesOf(plan).default);
}

/** A change of a firewall with the given number of rules, and of sources in each rule. */
function bigAlert(rules: number, sources: number, id = 'big'): Alert {
  const after = Array.from({ length: rules }, (_, i) =>
    rule(
      'tcp',
      2 * i,
      Array.from({ length: sources }, (_, j) => `10.${j >> 7}.${(2 * j) & 255}.${i & 255}/32`),
      ['::/0'],
    ),
  );
  return { ...changeAlert([http], after), alertId: id };
}

function smallAlert(id: string, over: Partial<Alert> = {}): Alert {
  return { ...changeAlert([http], [http, sshToWorld]), alertId: id, ...over };
}

test('without alerts there are no messages', () => {
  expect(planMessages([], context, 'digest-1')).toEqual([]);
  expect(planMessages([[], []], context, 'digest-1')).toEqual([]);
});

test('a message has a text for mail and the JSON event for every other protocol, a subject and attributes', () => {
  const gap = alertsOf(
    buildEntry({
      kind: 'gap',
      failure,
      resource: { account: context.account, region: 'us-east-1', instanceName: 'db-1' },
    }),
  );
  const [plan, ...rest] = planMessages([gap, [smallAlert('a')]], context, 'digest-1');
  expect(rest).toEqual([]);
  expect(plan).toMatchObject({ groupsDone: 2, alertCount: 2 });
  expect(plan?.message.subject).toBe('[CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1), 1 more');
  expect(plan?.message.attributes).toEqual({
    severity: { type: 'String', value: 'critical' },
    kind: { type: 'String', value: 'firewall-changed' },
    region: { type: 'String.Array', value: '["eu-west-1","us-east-1"]' },
    account: { type: 'String', value: '123456789012' },
  });
  expect(Object.keys(JSON.parse(plan?.message.message ?? ''))).toEqual(['default', 'email']);
  expect(digestOf(plan!)).toEqual({
    schema: 'portwatch.digest/1',
    digestId: 'digest-1',
    account: '123456789012',
    name: 'prod',
    scannedAt: '2026-11-23T10:05:02.120Z',
    ...defaultRatingPolicy,
    part: { index: 1, count: 1 },
    coverage: { instancesListed: 43, instancesRead: 41, regionsListed: 16, regionsSkipped: ['ap-east-1'] },
    alerts: [toJsonAlert(smallAlert('a')), ...gap],
  });
});

describe('the size of a message', () => {
  test('alerts that do not fit into one message are divided into parts, in their order', () => {
    // Notes take the place of rules in the quick run, because describing many rules takes long.
    const notes = Array.from({ length: 900 }, (_, i) => ({ code: 'note', text: `note ${i}` }));
    const [count, build] = depth<[number, () => Alert]>({
      quick: [22, () => smallAlert('one', { notes })],
      full: [30, () => bigAlert(20, 20)],
    });
    const one = build();
    const groups = Array.from({ length: count }, (_, i) => [{ ...one, alertId: `alert-${i}` }]);
    const plans = planMessages(groups, context, 'digest-1');
    expect(plans.length).toBeGreaterThan(2);
    const digests = plans.map(digestOf);
    expect(digests.map(({ part }) => part)).toEqual(plans.map((_, i) => ({ index: i + 1, count: plans.length })));
    expect(digests.flatMap(({ alerts }) => alerts.map(({ alertId }) => alertId))).toEqual(
      groups.map((_, i) => `alert-${i}`),
    );
    expect(bodiesOf(plans[1]!).email).toContain(`\nPart 2 of ${plans.length} of the alerts of this scan.\n`);
    for (const { message } of plans.slice(0, -1)) {
      // Each message is filled before the next one is started, so a further alert would not fit.
      expect(Buffer.byteLength(message.message)).toBeGreaterThan(maxMessageBytes * 0.75);
    }
  });

  test('an alert that is too big for a message loses its rules, and keeps the change and the key of the entry', () => {
    const [plan] = planMessages([[bigAlert(100, 60)]], context, 'digest-1');
    const [alert] = digestOf(plan!).alerts;
    expect(alert).toMatchObject({ rulesBefore: null, rulesAfter: null, severity: 'critical', verdict: 'mixed' });
    expect(alert?.opened).toHaveLength(99);
    expect(alert?.details).toEqual({
      table: 'Portwatch-SnapshotTable',
      pk: 'INSTANCE#123456789012#eu-west-1#web-1',
      sk: '2026-11-23T10:05:02.120Z',
    });
  });

  test('a still bigger alert also loses its lists of exposure; the mail still has the change', () => {
    const [plan] = planMessages([[bigAlert(120, 120)]], context, 'digest-1');
    expect(digestOf(plan!).alerts[0]).toMatchObject({ rulesAfter: null, opened: null, closed: null });
    expect(bodiesOf(plan!).email).toContain('  OPENED  tcp 0');
    expect(Buffer.byteLength(plan!.message.message)).toBeLessThanOrEqual(maxMessageBytes);
  });

  test('a monitoring-started alert that is too big lists fewer instances and counts the others', () => {
    const exposure = bigAlert(60, 60).opened ?? [];
    const worst = Array.from({ length: 20 }, (_, i) => ({
      instanceName: `web-${i}`,
      severity: 'low' as const,
      exposure,
      reason: 'x',
    }));
    const summary = { instancesListed: 25, instancesRead: 25, worst, more: 5 };
    const [plan] = planMessages([alertsOf(buildRegionEntry('eu-west-1', { kind: 'baseline', summary }))], context, 'd');
    const shrunken = digestOf(plan!).alerts[0]?.summary;
    expect(shrunken?.worst.map(({ instanceName }) => instanceName)).toEqual(['web-0', 'web-1', 'web-2']);
    expect(shrunken?.more).toBe(22);
    expect(bodiesOf(plan!).email).toContain('web-19');
  });

  test('the alerts of one entry stay in one message, with fewer fields if necessary', () => {
    const group = [bigAlert(80, 60, 'gone'), bigAlert(80, 60, 'appeared')];
    const plans = planMessages([[smallAlert('a')], group, [smallAlert('b')]], context, 'digest-1');
    const idsOf = plans.map((plan) => digestOf(plan).alerts.map(({ alertId }) => alertId));
    expect(idsOf.filter((ids) => ids.includes('gone') && ids.includes('appeared'))).toHaveLength(1);
  });
});

const name = fc.oneof(fc.constantFrom('web-1', 'db_2', '<!channel>', '\u202Eevil\u0007'), anyText({ maxLength: 200 }));
const alert: fc.Arbitrary<Alert> = fc
  .record({
    rules: fc.constantFrom(1, 1, 1, 1, 1, 5, 5, 40),
    sources: fc.constantFrom(1, 1, 1, 1, 60),
    severity: fc.constantFrom(...severities),
    instanceName: name,
    reason: fc.oneof(name, fc.constant('\u0000"\\'.repeat(20_000))),
    notes: fc.constantFrom(0, 1, 3000),
    restore: fc.boolean(),
  })
  .map(({ rules, sources, severity, instanceName, reason, notes, restore }) => ({
    ...bigAlertOnce(rules, sources),
    severity,
    reason,
    notes: Array.from({ length: notes }, (_, i) => ({ code: 'note', text: `${reason.slice(0, 100)} ${i}` })),
    restoreCommand: restore ? `aws ${"'".repeat(19_990)}` : null,
    instance: { name: instanceName, arn: 'arn', publicIpAddress: null, ipv6Addresses: [], ipAddressType: null },
  }));

const made = new Map<string, Alert>();
function bigAlertOnce(rules: number, sources: number): Alert {
  const key = `${rules} ${sources}`;
  const known = made.get(key) ?? bigAlert(rules, sources);
  made.set(key, known);
  return known;
}

type Groups = fc.Arbitrary<Alert[]>;

test('P3: for random alerts, each message fits, each alert is in exactly one message, and the order is kept', () => {
  const [some, any] = [1, 0].map((minLength) => fc.array(alert, { minLength, maxLength: 3 })) as [Groups, Groups];
  fc.assert(
    fc.property(some, fc.array(any, { maxLength: 7 }), name, (first, others, accountName) => {
      const groups = [first, ...others].map((group, i) => group.map((each, j) => ({ ...each, alertId: `${i}.${j}` })));
      const plans = planMessages(groups, { ...context, name: accountName }, 'digest-1');
      let done = 0;
      for (const plan of plans) {
        expect(Buffer.byteLength(plan.message.message)).toBeLessThanOrEqual(maxMessageBytes);
        expect(plan.message.subject).toMatch(/^[\x20-\x7E]{1,99}$/);
        const covered = groups.slice(done, plan.groupsDone).flat();
        const { alerts } = digestOf(plan);
        expect(alerts.map(({ alertId }) => alertId).sort()).toEqual(covered.map(({ alertId }) => alertId).sort());
        const ranks = alerts.map(({ severity }) => severities.indexOf(severity));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        expect(alerts.length).toBeGreaterThan(0);
        expect(plan.alertCount).toBe(alerts.length);
        done = plan.groupsDone;
      }
      expect(done).toBe(groups.length);
    }),
    { numRuns: depth({ quick: 2, full: 20 }) },
  );
});

describe('a backlog of more than 200 alerts', () => {
  const one = smallAlert('one');
  const backlog = Array.from({ length: 500 }, (_, i) => {
    const severity = i % 50 === 0 ? ('critical' as const) : ('low' as const);
    const sk = new Date(Date.UTC(2026, 9, 30) + i * 3_600_000).toISOString();
    return [{ ...one, alertId: `a${i}`, severity, details: { table: 't', pk: 'p', sk } }];
  });

  test('has critical and high alerts in full; other alerts are counted, with the query that lists them', () => {
    const plans = planMessages(backlog, { ...context, tableRegion: 'eu-west-1' }, 'digest-1');
    expect(plans).toHaveLength(1);
    const digest = digestOf(plans[0]!);
    expect(plans[0]).toMatchObject({ groupsDone: 500, alertCount: 500 });
    expect(digest.alerts.map(({ alertId }) => alertId)).toEqual(Array.from({ length: 10 }, (_, i) => `a${i * 50}`));
    expect(digest.counted).toEqual([{ severity: 'low', kind: 'firewall-changed', count: 490 }]);
    expect(bodiesOf(plans[0]!).email).toContain(
      '490 more alerts of a backlog, counted only:\n  490 x low firewall-changed\n' +
        `  This command lists them:\n    ${digest.countedQuery}\n`,
    );
    expect(digest.countedQuery).toMatch(/^aws dynamodb query --region eu-west-1 /);
    expect(plans[0]?.message.subject).toMatch(/, 499 more$/);
  });

  test('has one query for each month, valid for the AWS CLI', () => {
    const [plan] = planMessages(backlog, { ...context, tableRegion: 'eu-west-1' }, 'digest-1');
    const { calls } = runWithFakeAws(digestOf(plan!).countedQuery ?? 'false', context.account);
    expect(calls.map((call) => call.slice(0, 10))).toEqual(
      [1, 2].map(() => [
        'dynamodb',
        'query',
        '--region',
        'eu-west-1',
        '--table-name',
        'Portwatch-SnapshotTable',
        '--index-name',
        'timeline',
        '--key-condition-expression',
        'timelineMonth = :month AND timelineAt BETWEEN :from AND :until',
      ]),
    );
    expect(calls.map((call) => JSON.parse(call[11] ?? 'null'))).toEqual(
      ['2026-10', '2026-11'].map((month) => ({
        ':month': { S: `123456789012#${month}` },
        ':from': { S: '2026-10-30T01:00:00.000Z' },
        ':until': { S: '2026-11-19T19:00:00.000Z~' },
      })),
    );
  });

  test('has its high alerts in full, and counts medium ones', () => {
    const groups = backlog.slice(0, 201).map(([each], i) => {
      return [{ ...each!, severity: i === 0 ? ('high' as const) : ('medium' as const) }];
    });
    const [plan] = planMessages(groups, context, 'digest-1');
    expect(digestOf(plan!)).toMatchObject({
      alerts: [{ alertId: 'a0' }],
      counted: [{ severity: 'medium', kind: 'firewall-changed', count: 200 }],
    });
    expect(plan?.message.attributes['kind']).toEqual({ type: 'String', value: 'firewall-changed' });
  });

  test('exactly 200 alerts are sent in full', () => {
    const plans = planMessages(backlog.slice(0, 200), context, 'digest-1');
    expect(plans.map(digestOf).flatMap(({ alerts }) => alerts)).toHaveLength(200);
    expect(plans.map(digestOf).some((digest) => 'counted' in digest)).toBe(false);
  });

  test('without critical and high alerts, it is one message of counts', () => {
    const low = backlog.map(([each]) => [{ ...each!, severity: 'low' as const }]);
    const [plan, ...rest] = planMessages(low, context, 'digest-1');
    expect(rest).toEqual([]);
    expect(digestOf(plan!).alerts).toEqual([]);
    expect(plan?.message.subject).toBe('[LOW] prod: backlog of 500 alerts, counted only');
    expect(plan?.message.attributes['severity']).toEqual({ type: 'String', value: 'low' });
    expect(plan?.groupsDone).toBe(500);
  });
});
