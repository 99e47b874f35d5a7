import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sortWorstFirst } from '../../lambda/alerts/alert-kinds.ts';
import { renderSubject } from '../../lambda/alerts/subject.ts';
import type { Alert, Digest } from '../../lambda/contract/json-event.ts';
import { defaultRatingPolicy } from '../../lambda/firewall/index.ts';
import { anyText } from '../support/any-text.ts';
import { depth } from '../support/depth.ts';
import {
  alertsOf,
  buildEntry,
  buildRegionEntry,
  changeAlert,
  http,
  instance,
  rule,
  sshToOffice,
  sshToWorld,
} from './fixtures.ts';

const failure = { reason: 'timeout', message: 'x', since: '2026-11-23T09:00:00.000Z' } as const;

function subjectOf(alerts: Alert[], name = 'prod', counted: Digest['counted'] = []): string {
  return renderSubject({ ...defaultRatingPolicy, name, alerts: sortWorstFirst(alerts), ...(counted && { counted }) });
}

function start(region: string, instancesListed: number, severity: 'critical' | 'info'): Alert[] {
  const summary = { instancesListed, instancesRead: instancesListed, worst: [], more: instancesListed };
  return alertsOf(buildRegionEntry(region, { kind: 'baseline', severity, summary }));
}

describe('a subject has the worst alert first', () => {
  const opened = changeAlert([http], [http, sshToWorld]);
  const closed = changeAlert([http, sshToOffice], [http]);

  test.each<[string, Alert[]]>([
    ['[CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1)', [opened]],
    ['[CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1), 2 more', [closed, opened, closed]],
    ['[LOW] prod web-1: tcp 22 closed, it was open to 2001:db8::/32 and 1 more (eu-west-1)', [closed]],
    [
      '[MEDIUM] prod web-1: tcp 8080 opened to 198.51.100.0/24 (eu-west-1)',
      [changeAlert([], [rule('tcp', 8080, ['198.51.100.0/24'])])],
    ],
    [
      '[CRITICAL] prod web-1: tcp 3306 opened to anywhere (eu-west-1)',
      [
        changeAlert(
          [],
          [rule('tcp', 443, ['0.0.0.0/0']), rule('tcp', 3306, ['0.0.0.0/0']), rule('udp', 1, ['10.0.0.0/8'])],
        ),
      ],
    ],
    [
      '[LOW] prod web-1: icmp echo request opened to anywhere (eu-west-1)',
      [changeAlert([], [{ ...rule('icmp', 8, ['0.0.0.0/0'], ['::/0']), toPort: -1 }])],
    ],
    [
      '[MEDIUM] prod web-1: new instance, tcp 22 open to 2001:db8::/32 and 1 more (eu-west-1)',
      alertsOf(
        buildEntry({
          kind: 'appeared',
          severity: 'medium',
          opened: [{ protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.0/24', '2001:db8::/32'] }],
        }),
      ),
    ],
    [
      '[LOW] prod web-1: new instance, nothing open (eu-west-1)',
      alertsOf(buildEntry({ kind: 'appeared', severity: 'low' })),
    ],
    ['[LOW] prod web-1: instance is gone (eu-west-1)', alertsOf(buildEntry({ kind: 'gone', severity: 'low' }))],
    [
      "[MEDIUM] prod web-1: firewall can't be read (timeout) (eu-west-1)",
      alertsOf(buildEntry({ kind: 'gap', failure })),
    ],
    ['[INFO] prod web-1: firewall can be read again (eu-west-1)', alertsOf(buildEntry({ kind: 'gap-over', failure }))],
    [
      "[HIGH] prod: region can't be listed (timeout) (us-east-1)",
      alertsOf(buildRegionEntry('us-east-1', { kind: 'gap', failure })),
    ],
    [
      '[HIGH] prod: region is not enabled, not watched (ap-east-1)',
      alertsOf(buildRegionEntry('ap-east-1', { kind: 'gap', failure: { ...failure, reason: 'region-not-enabled' } })),
    ],
    [
      '[INFO] prod: region can be listed again (us-east-1)',
      alertsOf(buildRegionEntry('us-east-1', { kind: 'gap-over', failure })),
    ],
    ['[CRITICAL] prod: watching 5 instances in eu-west-1', start('eu-west-1', 5, 'critical')],
    [
      '[CRITICAL] prod: watching 5 instances in eu-west-1',
      [...start('us-east-1', 0, 'info'), ...start('eu-west-1', 5, 'critical')],
    ],
    [
      '[CRITICAL] prod: watching 6 instances in 2 regions, 1 more',
      [...start('us-east-1', 1, 'info'), ...start('eu-west-1', 5, 'critical'), closed],
    ],
    ['[INFO] prod: watching 0 instances in 3 regions', ['a', 'b', 'c'].flatMap((region) => start(region, 0, 'info'))],
    ['[INFO] prod: watching 1 instance in us-east-1', start('us-east-1', 1, 'info')],
  ])('%s', (subject, alerts) => {
    expect(subjectOf(alerts)).toBe(subject);
  });

  test('a backlog that is counted only', () => {
    const counted = [
      { severity: 'medium' as const, kind: 'firewall-changed' as const, count: 300 },
      { severity: 'low' as const, kind: 'firewall-changed' as const, count: 650 },
    ];
    expect(subjectOf([], 'prod', counted)).toBe('[MEDIUM] prod: backlog of 950 alerts, counted only');
    expect(subjectOf([opened], 'prod', counted)).toBe(
      '[CRITICAL] prod web-1: tcp 22 opened to anywhere (eu-west-1), 950 more',
    );
  });

  test('with the same severity, a change comes before a gap', () => {
    const changed = changeAlert([], [rule('tcp', 8080, ['198.51.100.0/24'])]);
    expect(subjectOf([...alertsOf(buildEntry({ kind: 'gap', failure })), changed])).toBe(
      '[MEDIUM] prod web-1: tcp 8080 opened to 198.51.100.0/24 (eu-west-1), 1 more',
    );
  });

  test('accents are removed, and other characters that are not ASCII become question marks', () => {
    expect(subjectOf([opened], 'Zürich 東京')).toBe(
      '[CRITICAL] Zurich ?? web-1: tcp 22 opened to anywhere (eu-west-1)',
    );
  });

  test('a long name is cut; the region and the count are not', () => {
    const long = { ...opened, instance: { ...instance, name: 'w'.repeat(200) } };
    expect(subjectOf([long, closed], 'production-of-the-whole-company')).toBe(
      '[CRITICAL] production-of-t... wwwwwwwwwwwwwww...: tcp 22 opened to anywhere (eu-west-1), 1 more',
    );
  });
});

describe('at the limit of 99 characters', () => {
  const [gap] = alertsOf(buildEntry({ kind: 'gap', failure }));
  const test99 = (reason: string): Alert => ({ ...gap!, kind: 'test', instance: null, severity: 'info', reason });

  test('a subject of 99 characters has long names; with one more, the names are cut', () => {
    const opened = changeAlert([http], [http, sshToWorld], {
      resource: { account: '1', region: 'eu-west-1', instanceName: 'w'.repeat(32) },
    });
    expect(subjectOf([opened], 'p'.repeat(16))).toBe(
      `[CRITICAL] ${'p'.repeat(16)} ${'w'.repeat(32)}: tcp 22 opened to anywhere (eu-west-1)`,
    );
    expect(subjectOf([opened], 'p'.repeat(17))).toBe(
      `[CRITICAL] ${'p'.repeat(17)} ${'w'.repeat(15)}...: tcp 22 opened to anywhere (eu-west-1)`,
    );
  });

  test('a headline is cut where it does not fit, and not before', () => {
    const name = 'p'.repeat(32);
    const start = `[INFO] ${'p'.repeat(15)}...: `;
    expect(subjectOf([test99('x'.repeat(72))], name)).toBe(`${start}${'x'.repeat(72)}`);
    expect(subjectOf([test99('x'.repeat(73))], name)).toBe(`${start}${'x'.repeat(69)}...`);
    expect(subjectOf([test99(`${'x'.repeat(67)}  ${'y'.repeat(20)}`)], name)).toBe(`${start}${'x'.repeat(67)}...`);
  });
});

test('for random text from outside, a subject has 1 to 99 printable ASCII characters', () => {
  const text = fc.oneof(anyText({ maxLength: 150 }), fc.string({ unit: 'grapheme', maxLength: 150 }));
  fc.assert(
    fc.property(text, text, text, text, fc.nat(2000), (name, instanceName, region, reason, count) => {
      const alert = changeAlert([http], [http, sshToWorld]);
      const failing = alertsOf(buildRegionEntry(region, { kind: 'gap', failure: { ...failure, message: reason } }));
      const hostile = { ...alert, region, reason, instance: { ...instance, name: instanceName } };
      for (const alerts of [[hostile, alert], failing, []]) {
        const counted = [{ severity: 'low' as const, kind: 'firewall-changed' as const, count }];
        expect(subjectOf(alerts, name, counted)).toMatch(/^[\x20-\x7E]{1,99}$/);
      }
    }),
    { numRuns: depth({ quick: 30, full: 500 }) },
  );
});
