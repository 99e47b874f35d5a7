import { expect, test } from '@jest/globals';
import { parseScanInput, UnknownEventError } from '../../lambda/handlers/parse-scan-input.ts';

const schedule = (source: unknown, detailType: unknown) => ({ source, 'detail-type': detailType, detail: {} });

test.each([
  ['{}', {}],
  ['EventBridge Scheduler', schedule('aws.scheduler', 'Scheduled Event')],
  ['a schedule rule of EventBridge', schedule('aws.events', 'Scheduled Event')],
])('%s asks for a full scan', (_, event) => {
  expect(parseScanInput(event)).toEqual({ kind: 'full-scan' });
});

const message = {
  portwatch: 'scan-account',
  account: '222222222222',
  name: 'web',
  passStartedAt: '2026-11-23T10:00:00.000Z',
};
const record = (body: unknown, eventSource = 'aws:sqs') => ({
  messageId: 'm',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  eventSource,
});

test('a batch of the accounts queue asks for account scans', () => {
  expect(parseScanInput({ Records: [record(message)] })).toEqual({
    kind: 'account-scans',
    messages: [{ messageId: 'm', message }],
  });
});

test.each([
  ['no JSON', 'scan'],
  ['another kind', { ...message, portwatch: 'collect' }],
  ['an account that is no id', { ...message, account: '22222222222' }],
  ['no name', { ...message, name: undefined }],
  ['a time that is none', { ...message, passStartedAt: 'now' }],
])('a message with %s stays in its batch, so that it alone goes back', (_, body) => {
  expect(parseScanInput({ Records: [record(body), record(message)] })).toEqual({
    kind: 'account-scans',
    messages: [
      { messageId: 'm', message: null },
      { messageId: 'm', message },
    ],
  });
});

test('the second schedule asks for the collector', () => {
  expect(parseScanInput({ portwatch: 'collect' })).toEqual({ kind: 'collect' });
});

test.each([
  ['an empty batch', { Records: [] }, '{"Records":[]}'],
  ['a batch of another service', { Records: [record(message, 'aws:sns')] }, '{"Records":[{"messageId":"m"'],
  ['another order', { portwatch: 'scan-account' }, '{"portwatch":"scan-account"}'],
  ['another source', schedule('aws.lightsail', 'Scheduled Event'), '{"source":"aws.lightsail"'],
  ['another type', schedule('aws.events', 'AWS API Call via CloudTrail'), '{"source":"aws.events"'],
  ['a source without a type', { source: 'aws.events' }, '{"source":"aws.events"}'],
  ['a type without a source', { 'detail-type': 'Scheduled Event' }, '{"detail-type":"Scheduled Event"}'],
  ['an empty list', [], '[]'],
  ['null', null, 'null'],
  ['a text', 'scan', '"scan"'],
  ['nothing', undefined, 'undefined'],
])('%s is refused, and shown', (_, event, shown) => {
  expect(() => parseScanInput(event)).toThrow(UnknownEventError);
  expect(() => parseScanInput(event)).toThrow(`The scan function got an event that it does not know: ${shown}`);
});

test('the event is shown up to 200 characters', () => {
  const message = (event: unknown): string => {
    try {
      return JSON.stringify(parseScanInput(event));
    } catch (error) {
      return String(error);
    }
  };
  expect(message('x'.repeat(198))).toContain(`: "${'x'.repeat(198)}". It expects`);
  expect(message('x'.repeat(199))).toContain(`: "${'x'.repeat(199)}…. It expects`);
});
