import { expect, test } from '@jest/globals';
import { orderCalls, toAttributedCall } from '../../lambda/attribution/order-calls.ts';
import { open } from './records.ts';

test('calls are in the order of their times, those of one second as they came, and the first copy counts', () => {
  const [late, first, second] = [open(22, '10:04:00', 'late'), open(22, '10:01:00', 'b'), open(22, '10:01:00', 'a')];
  const copy = { ...first, by: 'a copy' };
  const calls = [late, first, second, copy];
  expect(orderCalls(calls)).toEqual([first, second, late]);
  expect(calls).toEqual([late, first, second, copy]);
});

test('the history stores who called and how, not the request', () => {
  expect(toAttributedCall(open(22, '10:01:00', 'e1'))).toEqual({
    eventId: 'e1',
    at: '2026-11-23T10:01:00.000Z',
    name: 'OpenInstancePublicPorts',
    by: 'IAM user alice',
    arn: 'arn:aws:iam::123456789012:user/alice',
    sourceIpAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.31.0',
    through: 'api',
  });
});
