import { describe, expect, test } from '@jest/globals';
import { renderChatMessage } from '../../lambda/alerts/amazon-q-notification.ts';
import { buildAttributionDeniedAlert } from '../../lambda/alerts/attribution-denied-alert.ts';
import { planMessages } from '../../lambda/alerts/plan-messages.ts';
import { parseDigest } from '../../lambda/contract/json-event.ts';
import { context } from './fixtures.ts';

const denied = { region: 'us-east-1', doneUntil: '2026-11-23T09:45:00.000Z', at: '2026-11-23T10:00:00.000Z' };
const alert = buildAttributionDeniedAlert(denied, context);

describe('the alert when CloudTrail denies access', () => {
  const [plan] = planMessages([[alert]], context, 'digest');
  const bodies: { default: string; email: string } = JSON.parse(plan?.message.message ?? 'null');

  test('the mail has the missing permission, the consequence and the remedy', () => {
    expect(plan?.message.subject).toBe(
      '[INFO] prod: CloudTrail access is denied, so changes have no actor (us-east-1)',
    );
    expect(bodies.email.split('\n--\n')[0]).toBe(
      [
        'INFO  region  us-east-1   account 123456789012 (prod)',
        '  CloudTrail refuses cloudtrail:LookupEvents to the scan function (access denied).',
        '  Portwatch can not find out who made a change in this region, or what was open between two scans. Everything else works.',
        '  You get this alert once. Add the permission, or set attribution to false.',
        '',
      ].join('\n'),
    );
  });

  test('the chat notification, the JSON event and the webhook message have the same facts', () => {
    expect(JSON.parse(renderChatMessage(bodies.default, null)).content.description).toContain(
      'Portwatch can not find out who made a change in this region',
    );
    expect(JSON.parse(bodies.default).alerts).toEqual([alert]);
    expect(parseDigest(JSON.parse(bodies.default))?.alerts).toHaveLength(1);
  });

  test('has the same id during one denial, and a new id for the next denial', () => {
    const again = buildAttributionDeniedAlert({ ...denied, at: '2026-11-23T11:00:00.000Z' }, context);
    expect(again.alertId).toBe(alert.alertId);
    const next = buildAttributionDeniedAlert({ ...denied, doneUntil: '2026-11-24T09:45:00.000Z' }, context);
    expect(next.alertId).not.toBe(alert.alertId);
  });
});
