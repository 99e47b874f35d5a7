import { CloudTrailClient, LookupEventsCommand, type LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type CloudTrailEmulator, startCloudTrailEmulator } from '../../emulators/cloudtrail.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterEachTest } from '../support/close-after-tests.ts';

describe("the stand-in's history of events", () => {
  const keep = closeAfterEachTest();
  let cloudtrail: CloudTrailEmulator;
  let client: CloudTrailClient;
  let now = 0;

  beforeEach(async () => {
    now = Date.parse('2026-11-23T10:20:00Z');
    cloudtrail = keep(await startCloudTrailEmulator({ now: () => now }));
    client = keep(new CloudTrailClient(settingsFor(cloudtrail.url)));
  });

  const add = (eventTime: string, fields: Record<string, unknown> = {}) => {
    const record = { eventTime, eventName: 'DeleteInstance', eventSource: 'lightsail.amazonaws.com', ...fields };
    cloudtrail.addRecord({ region: 'eu-west-1', record: { eventID: eventTime, ...record } });
  };
  const ask = (input: LookupEventsCommandInput = {}) => client.send(new LookupEventsCommand(input));
  const idsOf = async (input?: LookupEventsCommandInput) => (await ask(input)).Events?.map(({ EventId }) => EventId);

  test('newest first, in pages, by one attribute, within a time, 90 days back', async () => {
    add('2026-11-23T10:01:00Z');
    add('2026-11-23T10:03:00Z', { eventName: 'CreateInstances' });
    add('2026-11-23T10:02:00Z');
    add('2026-08-01T00:00:00Z');
    expect(await idsOf()).toEqual(['2026-11-23T10:03:00Z', '2026-11-23T10:02:00Z', '2026-11-23T10:01:00Z']);
    const { Events, NextToken } = await ask({ MaxResults: 2 });
    expect(Events?.[0]).toMatchObject({
      EventName: 'CreateInstances',
      EventTime: new Date('2026-11-23T10:03:00Z'),
      ReadOnly: 'false',
      CloudTrailEvent: expect.stringContaining('"eventName":"CreateInstances"'),
    });
    expect(await idsOf({ MaxResults: 2, NextToken })).toEqual(['2026-11-23T10:01:00Z']);
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'CreateInstances' }];
    expect(await idsOf({ LookupAttributes })).toEqual(['2026-11-23T10:03:00Z']);
    const StartTime = new Date('2026-11-23T10:02:00Z');
    expect(await idsOf({ StartTime, EndTime: StartTime })).toEqual(['2026-11-23T10:02:00Z']);
  });

  test('a record becomes visible after the delay, and only in its region', async () => {
    cloudtrail.setDelay({ ms: 300_000 });
    add('2026-11-23T10:01:00Z');
    cloudtrail.addRecord({ region: 'us-east-1', record: { eventID: 'elsewhere' } });
    expect(await idsOf()).toEqual([]);
    now += 300_000;
    expect(await idsOf()).toEqual(['2026-11-23T10:01:00Z']);
    cloudtrail.clearRecords();
    expect(await idsOf()).toEqual([]);
  });

  test.each([
    ['InvalidMaxResultsException', { MaxResults: 51 }],
    ['InvalidNextTokenException', { NextToken: 'x' }],
    ['InvalidTimeRangeException', { StartTime: new Date(2_000), EndTime: new Date(1_000) }],
    [
      'InvalidLookupAttributesException',
      {
        LookupAttributes: [
          { AttributeKey: 'EventName', AttributeValue: 'a' },
          { AttributeKey: 'EventId', AttributeValue: 'b' },
        ],
      },
    ],
  ] satisfies [string, LookupEventsCommandInput][])('%s', async (name, input) => {
    await expect(ask(input)).rejects.toMatchObject({ name });
  });

  test('too many requests a second are throttled, in each region by itself', async () => {
    cloudtrail.setRateLimit({ perSecond: 2 });
    await ask();
    await ask();
    await expect(ask()).rejects.toMatchObject({ name: 'ThrottlingException' });
    now += 1_000;
    await ask();
  });

  test('can be filled and delayed from another process', async () => {
    const post = (route: string, body: unknown) =>
      fetch(`${cloudtrail.url}/_emulator/${route}`, { method: 'POST', body: JSON.stringify(body) });
    await post('set-delay', { ms: 0 });
    const record = { eventID: 'posted', eventTime: '2026-11-23T10:01:00Z', awsRegion: 'eu-west-1' };
    expect((await post('add-record', { record })).status).toBe(200);
    expect(await idsOf()).toEqual(['posted']);
    expect((await post('add-record', { record: 'no record' })).status).toBe(400);
  });
});
