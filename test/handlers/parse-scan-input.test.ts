import { expect, test } from '@jest/globals';
import { parseScanEvent, UnknownEventError } from '../../lambda/handlers/parse-scan-input.ts';

const schedule = (source: unknown, detailType: unknown) => ({ source, 'detail-type': detailType, detail: {} });

test.each([
  ['{}', {}],
  ['EventBridge Scheduler', schedule('aws.scheduler', 'Scheduled Event')],
  ['a schedule rule of EventBridge', schedule('aws.events', 'Scheduled Event')],
])('%s asks for a full scan', (_, event) => {
  expect(parseScanEvent(event)).toEqual({ kind: 'full-scan' });
});

test.each([
  ['another source', schedule('aws.lightsail', 'Scheduled Event'), '{"source":"aws.lightsail"'],
  ['another type', schedule('aws.events', 'AWS API Call via CloudTrail'), '{"source":"aws.events"'],
  ['a source without a type', { source: 'aws.events' }, '{"source":"aws.events"}'],
  ['a type without a source', { 'detail-type': 'Scheduled Event' }, '{"detail-type":"Scheduled Event"}'],
  ['an empty list', [], '[]'],
  ['null', null, 'null'],
  ['a text', 'scan', '"scan"'],
  ['nothing', undefined, 'undefined'],
])('%s is refused, and shown', (_, event, shown) => {
  expect(() => parseScanEvent(event)).toThrow(UnknownEventError);
  expect(() => parseScanEvent(event)).toThrow(`The scan function got an event that it does not know: ${shown}`);
});

test('the event is shown up to 200 characters', () => {
  const message = (event: unknown): string => {
    try {
      return JSON.stringify(parseScanEvent(event));
    } catch (error) {
      return String(error);
    }
  };
  expect(message('x'.repeat(198))).toContain(`: "${'x'.repeat(198)}". It expects`);
  expect(message('x'.repeat(199))).toContain(`: "${'x'.repeat(199)}…. It expects`);
});
