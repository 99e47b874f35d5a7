import { describe, expect, test } from '@jest/globals';
import { planEventMessages } from '../../lambda/alerts/event-messages.ts';
import { planMessages } from '../../lambda/alerts/plan-messages.ts';
import { alertsOf, buildEntry, changeAlert, context, http, sshToWorld, toJsonAlert } from './fixtures.ts';

const opened = { ...changeAlert([http], [http, sshToWorld]), alertId: 'opened' };
const closed = { ...changeAlert([http, sshToWorld], [http]), alertId: 'closed', region: 'us-east-1' };

/** The JSON event of the alert topic for these alerts. */
function eventOf(groups: readonly (readonly (typeof opened)[])[]): string {
  const [plan] = planMessages(groups, context, 'digest-1');
  return JSON.parse(plan?.message.message ?? '{}').default;
}

const attribute = (value: string) => ({ type: 'String', value });

describe('messages for programs', () => {
  test('each alert is a message of its own, the same event with this alert alone', () => {
    const event = eventOf([[opened], [closed]]);
    const messages = planEventMessages(event);
    expect(messages.map(({ message }) => JSON.parse(message))).toEqual([
      { ...JSON.parse(event), alerts: [toJsonAlert(opened)] },
      { ...JSON.parse(event), alerts: [toJsonAlert(closed)] },
    ]);
  });

  test('each message has the severity, kind, region and account of its own alert as attributes', () => {
    const [first, second] = planEventMessages(eventOf([[opened], [closed]]));
    expect(first?.attributes).toEqual({
      severity: attribute('critical'),
      kind: attribute('firewall-changed'),
      region: attribute('eu-west-1'),
      account: attribute('123456789012'),
    });
    expect(second?.attributes).toMatchObject({ severity: attribute('low'), region: attribute('us-east-1') });
  });

  test('SNS refuses an attribute without a value, so an alert about no region has none', () => {
    const [message] = planEventMessages(eventOf([[{ ...opened, region: '' }]]));
    expect(Object.keys(message?.attributes ?? {})).toEqual(['severity', 'kind', 'account']);
  });

  test('kinds and fields of a later version are passed on', () => {
    const event = { schema: 'portwatch.digest/1', account: '1', later: true, alerts: [{ kind: 'new', odd: '\uFFFE' }] };
    const [message] = planEventMessages(JSON.stringify(event));
    expect(JSON.parse(message?.message ?? '')).toEqual(event);
    expect(message?.message).toContain('\\ufffe');
    expect(message?.attributes).toEqual({ kind: attribute('new'), account: attribute('1') });
  });

  test('the alerts that a backlog only counts are one message more, with the worst severity and no region', () => {
    const gap = alertsOf(buildEntry({ kind: 'gap', failure: { reason: 'timeout', message: 'x', since: 'y' } }));
    const event = eventOf([...Array.from({ length: 201 }, () => gap), [opened]] as never);
    const messages = planEventMessages(event);
    expect(messages).toHaveLength(2);
    const { alerts, counted, countedQuery } = JSON.parse(messages[1]?.message ?? '');
    expect({ alerts, counted }).toEqual({
      alerts: [],
      counted: [{ severity: 'medium', kind: 'unreadable', count: 201 }],
    });
    expect(countedQuery).toContain('aws dynamodb query');
    expect(messages[1]?.attributes).toEqual({
      severity: attribute('medium'),
      kind: attribute('backlog'),
      account: attribute('123456789012'),
    });
    expect(JSON.parse(messages[0]?.message ?? '')).not.toHaveProperty('counted');
  });

  test('an alarm of CloudWatch is for people: programs do not get it, and it becomes no dead letter', () => {
    const alarm = { AlarmName: 'Portwatch health alarms are not delivered', NewStateValue: 'ALARM' };
    expect(planEventMessages(JSON.stringify(alarm))).toEqual([]);
  });

  test.each(['hello', '[]', '{"schema":"portwatch.digest/3","alerts":[]}', '{"schema":"portwatch.digest/1"}'])(
    'anything else is an error, so that it becomes a dead letter: %s',
    (text) => {
      expect(() => planEventMessages(text)).toThrow(`Expected an event {"schema":"portwatch.digest/1","alerts":[…]}`);
    },
  );

  test('with several accounts each message has the account of its alert', () => {
    const alert = {
      alertId: 'a',
      kind: 'unreadable',
      severity: 'medium',
      region: 'eu-west-1',
      account: '111122223333',
    };
    const organization = { ...alert, alertId: 'b', kind: 'organization-unreadable', account: undefined };
    const event = { schema: 'portwatch.digest/2', account: '999999999999', alerts: [alert, organization] };
    const messages = planEventMessages(JSON.stringify(event));
    expect(messages.map(({ attributes }) => attributes['account'])).toEqual([
      { type: 'String', value: '111122223333' },
      { type: 'String', value: '999999999999' },
    ]);
    expect(JSON.parse(messages[0]?.message ?? '')).toMatchObject({ schema: event.schema, account: '999999999999' });
  });
});
