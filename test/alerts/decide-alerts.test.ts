import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { alertIdOf } from '../../lambda/alerts/alert-id.ts';
import { decideAlerts, isSent } from '../../lambda/alerts/decide-alerts.ts';
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import {
  alertsOf,
  buildChange,
  buildEntry,
  buildRegionEntry,
  changeAlert,
  http,
  instance,
  rule,
  sshToOffice,
  sshToWorld,
  tableName,
} from './fixtures.ts';

const failure = { reason: 'timeout', message: 'TimeoutError: 10000 ms', since: '2026-11-23T09:00:00.000Z' } as const;
const world443 = [{ protocol: 'tcp' as const, from: 443, to: 443, sources: ['0.0.0.0/0'] }];
const world22 = [{ protocol: 'tcp' as const, from: 22, to: 22, sources: ['0.0.0.0/0', '::/0'] }];

function kindsOf(entry: HistoryEntry): string[] {
  return alertsOf(entry).map(({ kind }) => kind);
}

describe('which alerts an entry raises', () => {
  test.each<[string, HistoryEntry, string[]]>([
    [
      "a region's first listing raises one alert for the region",
      buildRegionEntry('eu-west-1', { kind: 'baseline' }),
      ['monitoring-started'],
    ],
    [
      'an instance of that first listing raises no alert of its own',
      buildEntry({ kind: 'baseline', opened: world22 }),
      [],
    ],
    ['an instance that appears later', buildEntry({ kind: 'appeared' }), ['instance-appeared']],
    ['a firewall that changed', buildEntry({ kind: 'changed', verdict: 'widened' }), ['firewall-changed']],
    ['P2: rewritten rules raise no alert', buildEntry({ kind: 'changed', verdict: 'rewritten' }), []],
    ['an instance that is gone', buildEntry({ kind: 'gone' }), ['instance-gone']],
    ['P5: an instance that can not be read', buildEntry({ kind: 'gap', failure }), ['unreadable']],
    [
      'P5: a region that can not be listed',
      buildRegionEntry('eu-west-1', { kind: 'gap', failure }),
      ['region-unreadable'],
    ],
    ['P5: the end of a gap', buildEntry({ kind: 'gap-over', failure }), ['readable-again']],
    [
      "P5: the end of a region's gap",
      buildRegionEntry('eu-west-1', { kind: 'gap-over', failure }),
      ['region-readable-again'],
    ],
    [
      'P5: a change found at the end of a gap raises both alerts',
      buildEntry({ kind: 'changed', verdict: 'mixed', failure }),
      ['firewall-changed', 'readable-again'],
    ],
    [
      'P5: rewritten rules found at the end of a gap still end it',
      buildEntry({ kind: 'changed', verdict: 'rewritten', failure }),
      ['readable-again'],
    ],
    ['P5: a baseline at the end of a gap still ends it', buildEntry({ kind: 'baseline', failure }), ['readable-again']],
    [
      "P5: a region's first listing after a gap raises both alerts",
      buildRegionEntry('eu-west-1', { kind: 'baseline', failure }),
      ['monitoring-started', 'region-readable-again'],
    ],
    ...(['changed', 'appeared', 'gone', 'flapped'] as const).map((kind): [string, HistoryEntry, string[]] => [
      `a region is not ${kind}`,
      buildRegionEntry('eu-west-1', { kind, verdict: 'widened' }),
      [],
    ]),
    ['a deleted instance was not read again', buildEntry({ kind: 'gone', failure }), ['instance-gone']],
  ])('%s', (_title, entry, kinds) => {
    expect(kindsOf(entry)).toEqual(kinds);
  });

  test('alertIdOf returns the id of the main alert, or null', () => {
    const changed = buildEntry({ kind: 'changed', verdict: 'widened' });
    expect(alertIdOf(changed)).toBe(alertsOf(changed)[0]?.alertId);
    expect(alertIdOf(buildEntry({ kind: 'changed', verdict: 'rewritten' }))).toBeNull();
  });
});

describe('an alert about a change', () => {
  test('has the fields of the contract', () => {
    const alert = changeAlert([http, sshToOffice], [http, sshToWorld]);
    expect(alert).toMatchObject({
      kind: 'firewall-changed',
      severity: 'critical',
      region: 'eu-west-1',
      instance: {
        name: 'web-1',
        arn: instance.arn,
        publicIpAddress: '203.0.113.10',
        ipv6Addresses: [],
        ipAddressType: 'dualstack',
      },
      changedAfter: '2026-11-23T10:00:03.001Z',
      changedBefore: '2026-11-23T10:05:02.120Z',
      verdict: 'widened',
      closed: [],
      rulesBefore: [http, sshToOffice],
      rulesAfter: [http, sshToWorld],
      changedBy: null,
      restoreNote: null,
      details: {
        table: 'Portwatch-SnapshotTable',
        pk: 'INSTANCE#123456789012#eu-west-1#web-1',
        sk: '2026-11-23T10:05:02.120Z',
      },
    });
    expect(alert.instance).not.toHaveProperty('blueprintId');
    expect(alert.restoreCommand).toMatch(
      /^aws lightsail put-instance-public-ports --region eu-west-1 --instance-name web-1 /,
    );
  });

  test('P3: an alert that is sent twice has the same id; another entry has another id', () => {
    const entry = buildChange([http], [http, sshToWorld]);
    const [first] = alertsOf(entry, [http]);
    const expected = createHash('sha256')
      .update(JSON.stringify([instance.arn, 2, 'firewall-changed']))
      .digest('hex');
    expect(first?.alertId).toBe(expected.slice(0, 32));
    expect(alertsOf({ ...entry, severity: 'low' })[0]?.alertId).toBe(first?.alertId);
    expect(alertsOf({ ...entry, version: 3 })[0]?.alertId).not.toBe(first?.alertId);
  });

  test('two instances without an ARN do not share an id', () => {
    const nameless = { ...instance, arn: null };
    const web = buildEntry({ verdict: 'widened', instance: nameless });
    const db = { ...web, resource: { ...web.resource, instanceName: 'db-1' } };
    expect(alertsOf(web)[0]?.alertId).not.toBe(alertsOf(db)[0]?.alertId);
  });

  test('the id of a region depends on its account and its name', () => {
    const expected = createHash('sha256')
      .update(JSON.stringify(['123456789012#eu-west-1', 1, 'region-unreadable']))
      .digest('hex');
    const [alert] = alertsOf(buildRegionEntry('eu-west-1', { kind: 'gap', failure }));
    expect(alert?.alertId).toBe(expected.slice(0, 32));
    expect(alert?.instance).toBeNull();
    expect(alert?.details.pk).toBe('REGION#123456789012#eu-west-1');
  });

  test('has a note in place of a command if the rules before the change are not known', () => {
    const [alert] = alertsOf(buildChange([http], [http, sshToWorld]), null);
    expect(alert).toMatchObject({ restoreCommand: null, restoreNote: 'the rules before the change are not known' });
  });
});

describe('the exposure before a change, for the mail', () => {
  const world80 = [{ protocol: 'tcp', from: 80, to: 80, sources: ['0.0.0.0/0', '::/0'] }];

  test('is that of the rules before', () => {
    expect(changeAlert([http], [http, sshToWorld]).openBefore).toEqual(world80);
  });

  test.each<[string, string | null | undefined, string | null, boolean]>([
    ['the address families changed with the rules', 'ipv4', 'dualstack', false],
    ['the families were not known before', null, 'dualstack', false],
    ['the families are not known now', 'dualstack', null, false],
    ['the families are not known at both times', undefined, null, true],
  ])('if %s', (_, typeBefore, typeNow, isThere) => {
    const entry = buildChange([http], [http, sshToWorld], { instance: { ...instance, ipAddressType: typeNow } });
    const [alert] = decideAlerts(entry, { rules: [http], ipAddressType: typeBefore }, { tableName });
    expect(alert?.openBefore !== undefined).toBe(isThere);
  });

  test('is left out if the rules before, or the listing of the instance, are not known', () => {
    expect(alertsOf(buildChange([http], [http, sshToWorld]), null)[0]).not.toHaveProperty('openBefore');
    const [unlisted] = alertsOf({ ...buildChange([http], [http, sshToWorld]), instance: null }, [http]);
    expect(unlisted?.instance).toEqual({
      ...{ name: 'web-1', arn: null, publicIpAddress: null, ipv6Addresses: [], ipAddressType: null },
    });
    expect(unlisted?.openBefore).toEqual(world80);
  });
});

describe('the restore command, if the addresses of the instance changed with the rules', () => {
  const office443 = rule('tcp', 443, ['198.51.100.0/24'], ['2001:db8::/32']);
  test.each([
    ['is left out where the old rules would leave a family open', [office443], null],
    ['is left out where the old rules would leave other sources open', [sshToOffice], null],
    [
      'is given where nothing was open before',
      [],
      expect.stringMatching(/^aws lightsail close-instance-public-ports /),
    ],
  ])('%s', (_title, before, command) => {
    const entry = buildChange(before, [...before, sshToWorld], {}, 'ipv4');
    const [alert] = decideAlerts(entry, { rules: before, ipAddressType: 'ipv4' }, { tableName });
    expect(alert?.restoreCommand).toEqual(command);
  });
});

describe('what belongs to one kind of alert only', () => {
  test('a failure is in the alert of the gap and of its end, not in that of a change', () => {
    const [change, end] = alertsOf(buildEntry({ kind: 'changed', verdict: 'mixed', failure }));
    expect(change).not.toHaveProperty('failure');
    expect(end?.failure).toEqual(failure);
    expect(alertsOf(buildEntry({ kind: 'gap', failure }))[0]?.failure).toEqual(failure);
    expect(alertsOf(buildEntry({ kind: 'gap-over', failure }))[0]?.failure).toEqual(failure);
    expect(alertsOf(buildEntry({ kind: 'gap', failure: null }))[0]).not.toHaveProperty('failure');
  });

  test('only the alert of a first listing has the summary', () => {
    const summary = { instancesListed: 1, instancesRead: 1, worst: [], more: 0 };
    expect(alertsOf(buildRegionEntry('eu-west-1', { kind: 'baseline', summary }))[0]?.summary).toEqual(summary);
    expect(alertsOf(buildRegionEntry('eu-west-1', { kind: 'baseline' }))[0]).not.toHaveProperty('summary');
    expect(alertsOf(buildRegionEntry('eu-west-1', { kind: 'gap', failure, summary }))[0]).not.toHaveProperty('summary');
  });

  test('the rules before the change are in the alert of a deleted instance, and not in that of a gap', () => {
    expect(alertsOf(buildEntry({ kind: 'gone' }), [http])[0]?.rulesBefore).toEqual([http]);
    expect(alertsOf(buildEntry({ kind: 'gap', failure }), [http])[0]?.rulesBefore).toBeNull();
  });

  test('a difference that was left out is null, not empty', () => {
    const approved = {
      opened: [{ id: 'a', by: 'alice', reason: 'r', until: null, reach: [] }],
      closed: [],
      isSilent: false,
      isComplete: true,
    };
    const [alert] = alertsOf(buildEntry({ verdict: 'mixed', differenceLeftOut: true, approved }));
    expect(alert?.approved?.opened).toMatchObject([{ id: 'a', reach: null }]);
    expect(alert).toMatchObject({ opened: null, closed: null, dormant: null, notes: null });
  });
});

describe('severities of alerts that are not about a firewall', () => {
  test('are fixed by the contract; the severity of the entry has no effect', () => {
    expect(alertsOf(buildEntry({ kind: 'gap', failure, severity: 'low' }))[0]?.severity).toBe('medium');
    expect(alertsOf(buildRegionEntry('eu-west-1', { kind: 'gap', failure, severity: 'low' }))[0]?.severity).toBe(
      'high',
    );
    expect(alertsOf(buildEntry({ kind: 'gap-over', failure, severity: 'high' }))[0]?.severity).toBe('info');
    expect(alertsOf(buildRegionEntry('x', { kind: 'gap-over', failure, severity: 'high' }))[0]?.severity).toBe('info');
  });

  test('monitoring-started without a summary has the severity of the entry', () => {
    expect(alertsOf(buildRegionEntry('x', { kind: 'baseline', severity: 'medium' }))[0]?.severity).toBe('medium');
  });

  test('monitoring-started has the worst severity that was found', () => {
    const worst = [
      { instanceName: 'web-1', severity: 'high' as const, exposure: world22, reason: 'x' },
      { instanceName: 'web-2', severity: 'low' as const, exposure: [], reason: 'y' },
    ];
    const summary = { instancesListed: 2, instancesRead: 2, worst, more: 0 };
    expect(alertsOf(buildRegionEntry('x', { kind: 'baseline', summary }))[0]).toMatchObject({
      severity: 'high',
      summary,
    });
  });
});

describe('an instance that replaces another instance of the same name', () => {
  const old = {
    ...instance,
    arn: 'arn:aws:lightsail:eu-west-1:123456789012:Instance/old',
    publicIpAddress: '203.0.113.9',
  };
  const entry = buildEntry({
    kind: 'appeared',
    version: 5,
    opened: world22,
    rules: [sshToWorld],
    severity: 'critical',
    reason: 'tcp 22 is open',
    replaces: {
      instance: old,
      firstSeenAt: '2026-11-01T00:00:00.000Z',
      rulesAt: '2026-11-02T00:00:00.000Z',
      exposure: world443,
      opened: world22,
      closed: world443,
      verdict: 'mixed',
      severity: 'medium',
      reason: 'tcp 443 lost its last source',
    },
  });

  test('raises instance-gone and then instance-appeared', () => {
    const [gone, appeared, ...rest] = alertsOf(entry, [rule('tcp', 443, ['0.0.0.0/0'])]);
    expect(rest).toEqual([]);
    expect(gone).toMatchObject({
      kind: 'instance-gone',
      severity: 'medium',
      reason: 'tcp 443 lost its last source',
      instance: { name: 'web-1', arn: old.arn, publicIpAddress: '203.0.113.9' },
      opened: [],
      closed: world443,
      restoreCommand: null,
      restoreNote: null,
    });
    expect(appeared).toMatchObject({
      kind: 'instance-appeared',
      severity: 'critical',
      instance: { arn: instance.arn },
      opened: world22,
      replaces: { arn: old.arn, opened: world22, closed: world443, verdict: 'mixed' },
      rulesBefore: [rule('tcp', 443, ['0.0.0.0/0'])],
      rulesAfter: [sshToWorld],
    });
    expect(gone?.rulesBefore).toEqual([rule('tcp', 443, ['0.0.0.0/0'])]);
    const expected = createHash('sha256')
      .update(JSON.stringify([old.arn, 5, 'instance-gone']))
      .digest('hex');
    expect(gone?.alertId).toBe(expected.slice(0, 32));
  });

  test('each of the two alerts is sent by its own severity', () => {
    const sent = alertsOf(entry).filter((alert) => isSent(alert, 'high', entry));
    expect(sent.map(({ kind }) => kind)).toEqual(['instance-appeared']);
    const mild = { ...entry, severity: 'low' as const };
    expect(
      alertsOf(mild)
        .filter((alert) => isSent(alert, 'medium', mild))
        .map(({ kind }) => kind),
    ).toEqual(['instance-gone']);
  });

  test('has null in place of lists that were left out, in both alerts', () => {
    const [gone, appeared] = alertsOf({ ...entry, differenceLeftOut: true });
    expect(gone?.closed).toBeNull();
    expect(appeared).toMatchObject({ opened: null, replaces: { arn: old.arn, opened: null, closed: null } });
  });
});

describe('which alerts are sent', () => {
  test('a firewall alert below alertFrom is not sent; an alert at alertFrom is sent', () => {
    const entry = buildChange([http], [http, rule('tcp', 443, ['0.0.0.0/0'], ['::/0'])]);
    const [alert] = alertsOf(entry, [http]);
    expect(alert?.severity).toBe('low');
    expect(isSent(alert!, 'low', entry)).toBe(true);
    expect(isSent(alert!, 'medium', entry)).toBe(false);
  });

  test('an expected change is not sent, although its severity is above alertFrom', () => {
    const entry = buildChange([http], [http, sshToWorld], { expected: 'the deploy pipeline' });
    const [alert] = alertsOf(entry, [http]);
    expect(isSent(alert!, 'info', entry)).toBe(false);
  });

  test('P5: gaps and recoveries are sent for each value of alertFrom', () => {
    for (const entry of [
      buildEntry({ kind: 'gap', failure }),
      buildEntry({ kind: 'gap-over', failure }),
      buildRegionEntry('eu-west-1', { kind: 'gap', failure }),
      buildRegionEntry('eu-west-1', { kind: 'gap-over', failure }),
      buildRegionEntry('eu-west-1', { kind: 'baseline' }),
    ]) {
      expect(alertsOf(entry).map((alert) => isSent(alert, 'critical', entry))).toEqual([true]);
    }
  });

  test('P5: the end of a gap is sent although the change of the same entry was expected', () => {
    const entry = buildChange([http], [http, sshToWorld], { expected: 'the deploy pipeline', failure });
    expect(
      alertsOf(entry, [http])
        .filter((alert) => isSent(alert, 'low', entry))
        .map(({ kind }) => kind),
    ).toEqual(['readable-again']);
  });
});
