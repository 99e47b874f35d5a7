import { describe, expect, test } from '@jest/globals';
import { nameAccount } from '../../lambda/alerts/account-of-alert.ts';
import { renderChatMessage } from '../../lambda/alerts/amazon-q-notification.ts';
import type { DigestContext } from '../../lambda/alerts/build-digest.ts';
import type { DecidedAlert } from '../../lambda/alerts/decide-alerts.ts';
import { planEventMessages } from '../../lambda/alerts/event-messages.ts';
import { planMessages } from '../../lambda/alerts/plan-messages.ts';
import { renderSlackWebhookMessage } from '../../lambda/alerts/slack-webhook-message.ts';
import { parseDigest } from '../../lambda/contract/json-event.ts';
import { alertsOf, buildEntry, buildRegionEntry, changeAlert, context, http, sshToWorld } from './fixtures.ts';

const monitor: DigestContext = {
  ...context,
  name: 'acme',
  coverage: {
    instancesListed: 60,
    instancesRead: 59,
    regionsListed: 17,
    regionsSkipped: [],
    accounts: 300,
    accountsScanned: 298,
    accountsFailed: ['777788889999', '888899990000'],
  },
};

const idOf = (index: number) => String(100_000_000_000 + index);

function opened(index: number, instanceName = `web-${index}`): DecidedAlert[] {
  const account = idOf(index);
  const resource = { account, region: 'eu-west-1', instanceName };
  const alert = changeAlert([http], [http, sshToWorld], { resource });
  const named = {
    ...alert,
    alertId: `alert-${index}`,
    instance: alert.instance && { ...alert.instance, name: instanceName },
  };
  return nameAccount([named], { account, accountName: `shop-${index}` });
}

function publish(groups: DecidedAlert[][]) {
  return planMessages(groups, monitor, 'digest-1').map(({ message: { subject, message, attributes } }) => {
    const bodies: { default: string; email: string } = JSON.parse(message);
    return { subject, attributes, text: bodies.default, email: bodies.email };
  });
}

describe('a digest of several accounts', () => {
  test('is portwatch.digest/2: each alert names its account, and the coverage counts the accounts', () => {
    const [sent, ...others] = publish([opened(1), opened(2)]);
    expect(others).toEqual([]);
    const digest = JSON.parse(sent?.text ?? '');
    expect(digest).toMatchObject({ schema: 'portwatch.digest/2', account: context.account, name: 'acme' });
    expect(digest.coverage).toEqual(monitor.coverage);
    expect(digest.alerts.map(({ account, accountName }: DecidedAlert) => [account, accountName])).toEqual([
      ['100000000001', 'shop-1'],
      ['100000000002', 'shop-2'],
    ]);
    expect(parseDigest(digest)?.alerts[1]).toMatchObject({ account: '100000000002', accountName: 'shop-2' });
    expect(sent?.attributes['account']).toEqual({ type: 'String.Array', value: '["100000000001","100000000002"]' });
  });

  test('without accounts in the coverage it stays portwatch.digest/1, and no alert has an account', () => {
    const [planned] = planMessages([[changeAlert([http], [http, sshToWorld])]], context, 'digest-1');
    const digest = JSON.parse(JSON.parse(planned?.message.message ?? '').default);
    expect(digest.schema).toBe('portwatch.digest/1');
    expect(digest.alerts[0]).not.toHaveProperty('account');
    expect(digest.coverage).not.toHaveProperty('accounts');
    expect(planned?.message.attributes['account']).toEqual({ type: 'String', value: context.account });
  });

  test('has the subject of its first alert, with the name of the account', () => {
    const [one] = publish([opened(1)]);
    expect(one?.subject).toBe('[CRITICAL] shop-1 web-1: tcp 22 opened to anywhere (eu-west-1)');
    const [many] = publish([opened(1), opened(2), opened(3)]);
    expect(many?.subject).toBe('[CRITICAL] shop-1 web-1: tcp 22 opened to anywhere (eu-west-1), 2 more in 3 accounts');
  });

  test('a mail names the account of each alert, restores with its credentials, and queries the table with those of the monitor', () => {
    const [sent] = publish([opened(1)]);
    const lines = sent?.email.split('\n') ?? [];
    expect(lines[0]).toBe('CRITICAL  web-1  eu-west-1  203.0.113.10   account 100000000001 (shop-1)');
    expect(sent?.email).toContain('[ "$(aws sts get-caller-identity --query Account --output text)" = 100000000001 ]');
    expect(sent?.email).toContain('  Its history (with credentials of account 123456789012):');
    expect(lines.slice(-4, -1)).toEqual([
      '--',
      expect.stringMatching(/^Portwatch, pass of .+, account 123456789012 \(acme\)$/),
      'Scanned 298 of 300 accounts; could not scan: 777788889999, 888899990000. Read 59 of 60 instances in 17 regions.',
    ]);
  });

  test('the same change in many accounts is shown once, with every instance, and is one alert for each program', () => {
    const groups = Array.from({ length: 150 }, (_, index) => opened(index));
    const sent = publish(groups);
    const emails = sent.map(({ email }) => email).join('\n');
    const isOne = /the same change on (\d+) instances in \1 accounts/g;
    expect([...emails.matchAll(isOne)].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(150);
    expect(emails.match(/OPENED {2}tcp 22/g)).toHaveLength(sent.length);
    expect(emails).toContain('    web-7  eu-west-1  account 100000000007 (shop-7)\n');
    const ids = sent.flatMap(({ text }) => JSON.parse(text).alerts.map(({ alertId }: DecidedAlert) => alertId));
    expect(new Set(ids).size).toBe(150);
  });

  test('what differs is not shown as the same: another severity, another reach, another account of a gap', () => {
    const other = nameAccount([changeAlert([http], [])], { account: idOf(9), accountName: 'shop-9' });
    const failure = { reason: 'timeout', message: 'x', since: '2026-11-23T09:00:00.000Z' } as const;
    const gaps = [4, 5].map((index) => {
      const account = idOf(index);
      const entry = buildRegionEntry('us-east-1', { kind: 'gap', failure });
      const resource = { account, region: 'us-east-1', instanceName: null };
      return nameAccount(alertsOf({ ...entry, resource }), { account, accountName: `shop-${index}` });
    });
    const [sent] = publish([opened(1), other, ...gaps]);
    expect(sent?.email).not.toContain('the same change');
    expect(sent?.email).toContain('could not list region us-east-1   account 100000000004 (shop-4)');
    expect(sent?.email).toContain('could not list region us-east-1   account 100000000005 (shop-5)');
  });

  test('a backlog counts what is not in full, and names the command in place of a query', () => {
    const quiet = (index: number) => opened(index).map((alert): DecidedAlert => ({ ...alert, severity: 'low' }));
    const sent = publish(Array.from({ length: 201 }, (_, index) => (index === 0 ? opened(0) : quiet(index))));
    const emails = sent.map(({ email }) => email).join('\n');
    expect(emails).toContain('200 more alerts of a backlog, counted only:');
    expect(emails).toContain('  The command portwatch history lists them.');
    expect(JSON.parse(sent[0]?.text ?? '')).not.toHaveProperty('countedQuery');
  });

  test('Slack shows the account of each alert', () => {
    const [sent] = publish([
      opened(1),
      alertsOf(buildEntry({ kind: 'gone' })).flatMap((alert) =>
        nameAccount([alert], { account: idOf(2), accountName: '<!here>' }),
      ),
    ]);
    const message = JSON.stringify(renderSlackWebhookMessage(sent?.text ?? '', null));
    expect(message).toContain('account 100000000001 (shop-1)');
    expect(message).toContain('account 100000000002 (&lt;!here&gt;)');
    expect(message).toContain('Scanned 298 of 300 accounts');
    expect(renderChatMessage(sent?.text ?? '', null)).toContain('account 100000000001 (shop-1)');
  });

  test('the event topic has one message for each alert, with the account of the alert', () => {
    const [sent] = publish([opened(1), opened(2)]);
    const messages = planEventMessages(sent?.text ?? '');
    expect(messages.map(({ attributes }) => attributes['account']?.value)).toEqual(['100000000001', '100000000002']);
    expect(JSON.parse(messages[0]?.message ?? '').schema).toBe('portwatch.digest/2');
  });
});
