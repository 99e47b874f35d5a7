import { describe, expect, test } from '@jest/globals';
import { isIgnored } from '../../lambda/attribution/ignored-record.ts';
import { parseEvent } from '../../lambda/attribution/parse-call-event.ts';
import { buildEvent, buildRecord, expected, parsedCall } from './records.ts';

describe('an event', () => {
  const reasonOf = (event: unknown) => {
    const parsed = parseEvent(event, expected);
    return isIgnored(parsed) ? parsed.ignored : parsed;
  };

  test('contains the call', () => {
    expect(parseEvent(buildEvent(), expected)).toEqual(parsedCall);
  });

  test('from another region belongs to that region', () => {
    const event = buildEvent(buildRecord({ awsRegion: 'us-east-1' }), { region: 'us-east-1' });
    expect(parseEvent(event, expected)).toEqual({ ...parsedCall, region: 'us-east-1' });
    const bare = buildEvent(buildRecord({ awsRegion: undefined }), { region: 'us-east-1' });
    expect(parseEvent(bare, expected)).toEqual({ ...parsedCall, region: 'us-east-1' });
  });

  test('has the time of a call whose record has none', () => {
    expect(parseEvent(buildEvent(buildRecord({ eventTime: undefined })), expected)).toEqual(parsedCall);
  });

  test.each([
    ['no region', buildEvent(buildRecord(), { region: undefined })],
    ['no region, and a record without one', buildEvent(buildRecord({ awsRegion: undefined }), { region: 17 })],
    ['no detail', buildEvent(null)],
    ['a detail that is a list', buildEvent([buildRecord()])],
  ])('with %s is ignored, and the log says so', (_, event) => {
    expect(parseEvent(event, expected)).toEqual({ ignored: 'unreadable', detail: 'no detail, or no region' });
  });

  test.each([
    ['other-source', buildEvent(buildRecord(), { source: 'my.lightsail' })],
    ['other-source', buildEvent(buildRecord(), { source: 'aws.lightsail.evil' })],
    ['other-source', buildEvent(buildRecord({ eventSource: 'evil.amazonaws.com' }))],
    ['unknown-event', buildEvent(buildRecord(), { 'detail-type': 'Scheduled Event' })],
    ['unknown-event', buildEvent(buildRecord(), { 'detail-type': undefined })],
    ['other-account', buildEvent(buildRecord(), { account: '999999999999' })],
    ['other-account', buildEvent(buildRecord(), { account: undefined })],
    ['other-account', buildEvent(buildRecord({ recipientAccountId: '999999999999' }))],
    ['unreadable', buildEvent(buildRecord(), { region: 'us-east-1' })],
    ['unreadable', buildEvent(null)],
    ['unreadable', buildEvent('text')],
    ['unreadable', null],
    ['unreadable', 42],
    ['from-the-future', buildEvent(buildRecord({ eventTime: '2031-01-01T00:00:00Z' }))],
  ])('is ignored as %s', (reason, event) => {
    expect(reasonOf(event)).toBe(reason);
  });
});
