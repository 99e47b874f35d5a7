import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { type CloudTrailEmulator, startCloudTrailEmulator } from '../../emulators/cloudtrail.ts';
import { clientSettings } from '../../lambda/adapters/client-settings.ts';
import type { Pace } from '../../lambda/adapters/clock-and-sleep.ts';
import { CloudTrailReader } from '../../lambda/adapters/cloudtrail-reader.ts';
import type { CallName } from '../../lambda/attribution/api-call.ts';
import { watchedCalls } from '../../lambda/contract/watched-calls.ts';
import type { FailureReason } from '../../lambda/history/entry.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import { account, buildRecord, region } from '../attribution/records.ts';
import { settingsFor } from '../support/client-settings.ts';

const patient = new AbortController().signal;
const now = Date.parse('2026-11-23T10:20:00Z');
const opening: CallName[] = ['OpenInstancePublicPorts'];
const lookup = { account, region, from: '2026-11-23T09:50:00.000Z', until: '2026-11-23T10:20:00.000Z', names: opening };

const cloudtrail = await startCloudTrailEmulator({ now: () => now });

describe('CloudTrail over HTTP', () => {
  const readers: CloudTrailReader[] = [];

  /** A clock that only `sleep` moves, and the list of waits. */
  function standStill(): Pace & { slept: number[] } {
    const slept: number[] = [];
    let at = now;
    const sleep = async (ms: number) => {
      slept.push(ms);
      at += ms;
    };
    return { slept, clock: () => at, sleep };
  }

  function buildReader(pace: Pace = standStill(), maxAttempts = 1, requestTimeoutMs = 10_000): CloudTrailReader {
    const waits = clientSettings({ connectionTimeoutMs: 5_000, requestTimeoutMs, maxAttempts });
    const reader = new CloudTrailReader({ ...settingsFor(cloudtrail.url), ...waits }, pace);
    readers.push(reader);
    return reader;
  }

  const add = (fields: Record<string, unknown> = {}) => cloudtrail.addRecord({ region, record: buildRecord(fields) });
  const find = (fields: Partial<typeof lookup> = {}) => buildReader().findCalls({ ...lookup, ...fields }, patient);

  afterEach(() => {
    cloudtrail.clearRecords();
    cloudtrail.clearFaults();
    cloudtrail.clearCalls();
    cloudtrail.setDelay({ ms: 0 });
    cloudtrail.setRateLimit({ perSecond: null });
  });

  afterAll(async () => {
    for (const reader of readers) reader.destroy();
    await cloudtrail.close();
  });

  test('P5: an answer without its list is an error, and not an account without API calls', async () => {
    cloudtrail.addFault({ kind: 'raw', body: '{}', contentType: 'application/x-amz-json-1.1' });
    await expect(find()).rejects.toThrow(
      new ReadError('invalid-answer', 'LookupEvents: expected a list in Events, got nothing'),
    );
  });

  test('an API call is found, with its actor', async () => {
    add();
    const { calls, ...rest } = await find();
    expect(calls).toMatchObject([{ eventId: 'e1', by: 'IAM user alice', instanceNames: ['web-1'] }]);
    expect(rest).toEqual({ ignored: {}, until: lookup.until });
  });

  test('each call name has a lookup of its own, within the span', async () => {
    const { names: _, ...all } = lookup;
    await buildReader().findCalls(all, patient);
    const params = cloudtrail.calls().map((call) => call.params);
    expect(params).toEqual(
      watchedCalls.map((name) => ({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
        StartTime: Date.parse(lookup.from) / 1_000,
        EndTime: Date.parse(lookup.until) / 1_000,
        MaxResults: 50,
      })),
    );
  });

  test('all pages are read; the calls are in order of time, also within one second', async () => {
    for (let i = 0; i < 120; i += 1) add({ eventID: `e${i}`, eventTime: `2026-11-23T10:0${Math.floor(i / 60)}:00Z` });
    const { calls } = await find();
    expect(calls).toHaveLength(120);
    expect(calls.map(({ eventId }) => eventId)).toEqual(Array.from({ length: 120 }, (_, i) => `e${i}`));
    expect(cloudtrail.calls()).toHaveLength(3);
  });

  test('calls of several names are in order of time', async () => {
    add({ eventID: 'later', eventTime: '2026-11-23T10:02:00Z' });
    add({ eventID: 'earlier', eventTime: '2026-11-23T10:01:00Z', eventName: 'DeleteInstance' });
    const { calls } = await find({ names: ['OpenInstancePublicPorts', 'DeleteInstance'] });
    expect(calls.map(({ eventId }) => eventId)).toEqual(['earlier', 'later']);
  });

  test('requests keep to two a second in each region, and regions do not wait for each other', async () => {
    const pace = standStill();
    const reader = buildReader(pace);
    const names: CallName[] = ['OpenInstancePublicPorts', 'PutInstancePublicPorts', 'DeleteInstance'];
    await reader.findCalls({ ...lookup, names }, patient);
    expect(pace.slept).toEqual([500, 500]);
    await reader.findCalls({ ...lookup, region: 'us-east-1', names: opening }, patient);
    expect(pace.slept).toEqual([500, 500]);
  });

  test('records that are not relevant are counted by reason', async () => {
    add({ errorCode: 'AccessDeniedException' });
    add({ recipientAccountId: '999999999999' });
    add({ requestParameters: null, responseElements: null });
    cloudtrail.addRecord({ region, record: buildRecord(), text: '{"eventName": ' });
    cloudtrail.addRecord({ region, record: buildRecord(), text: '17' });
    expect(await find()).toEqual({
      calls: [],
      ignored: { 'failed-call': 1, 'other-account': 1, 'no-instance': 1, unreadable: 2 },
      until: lookup.until,
    });
  });

  test('a field that the record lacks is taken from the answer around it', async () => {
    const { eventID: _, awsRegion: __, ...record } = buildRecord();
    cloudtrail.addRecord({ region, record, text: JSON.stringify({ ...record, eventTime: null }) });
    const { calls } = await find();
    expect(calls).toMatchObject([{ region, at: '2026-11-23T10:01:03.000Z' }]);
    expect(calls[0]?.eventId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('records that are not delivered yet, or of another time or region, are not found', async () => {
    cloudtrail.setDelay({ ms: 1 });
    add();
    cloudtrail.setDelay({ ms: 0 });
    add({ eventTime: '2026-11-23T09:49:59Z' });
    cloudtrail.addRecord({ region: 'us-east-1', record: buildRecord() });
    expect((await find()).calls).toEqual([]);
  });

  describe('a span with more than 1,000 calls of one name is read in parts', () => {
    /** Adds `count` calls in each of the 30 minutes of the span. Returns their ids, oldest first. */
    function addEveryMinute(count: number): string[] {
      const minutes = Array.from({ length: 30 }, (_, i) =>
        new Date(Date.parse(lookup.from) + i * 60_000).toISOString(),
      );
      const made = minutes.flatMap((eventTime, minute) =>
        Array.from({ length: count }, (_, i) => ({ eventID: `e${minute}-${i}`, eventTime })),
      );
      for (const fields of made) add(fields);
      return made.map(({ eventID }) => eventID);
    }

    test('all calls are found, in order of time', async () => {
      const ids = addEveryMinute(40);
      const { calls, until } = await find();
      expect([...new Set(calls.map(({ eventId }) => eventId))]).toEqual(ids);
      expect(until).toBe(lookup.until);
    });

    test('if the time is over, the oldest calls are found, and the result says until when', async () => {
      const ids = addEveryMinute(40);
      const limit = new AbortController();
      const pace = standStill();
      const sleep = async (ms: number) => {
        if (pace.slept.length >= 30) limit.abort();
        limit.signal.throwIfAborted();
        await pace.sleep(ms, limit.signal);
      };
      const { calls, until } = await buildReader({ ...pace, sleep }).findCalls(lookup, limit.signal);
      const found = [...new Set(calls.map(({ eventId }) => eventId))];
      expect(found.length).toBeGreaterThan(0);
      expect(until > lookup.from && until < lookup.until).toBe(true);
      expect(found).toEqual(ids.slice(0, found.length));
      const minutes = (Date.parse(until) - Date.parse(lookup.from)) / 60_000;
      expect(found).toHaveLength(40 * (Math.floor(minutes) + 1));
    });

    test('more than 1,000 calls of one name in one second are an error, because the oldest cannot be read', async () => {
      for (let i = 0; i < 1_001; i += 1) add({ eventID: `e${i}` });
      const seconds = { from: '2026-11-23T10:01:02.000Z', until: '2026-11-23T10:01:04.000Z' };
      await expect(find(seconds)).rejects.toThrow('LookupEvents in eu-west-1 gave more than 1000 calls of one name at');
    });
  });

  test.each([
    ['access-denied', { kind: 'error', name: 'AccessDeniedException', message: 'no cloudtrail:LookupEvents' }],
    ['throttled', { kind: 'error', name: 'ThrottlingException' }],
    ['region-not-enabled', { kind: 'error', name: 'UnrecognizedClientException' }],
    ['timeout', { kind: 'hang' }],
    ['network', { kind: 'reset' }],
    ['service-error', { kind: 'raw', status: 502, body: '<html>' }],
  ] satisfies [FailureReason, Parameters<CloudTrailEmulator['addFault']>[0]][])(
    'a failure has the reason %s',
    async (reason, fault) => {
      cloudtrail.addFault(fault);
      const impatient = buildReader(standStill(), 1, reason === 'timeout' ? 300 : undefined);
      const outcome = await impatient.findCalls(lookup, patient).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(ReadError);
      expect(outcome).toMatchObject({ reason });
    },
  );

  test('after throttling the SDK waits and tries again', async () => {
    add();
    cloudtrail.addFault({ kind: 'error', name: 'ThrottlingException', times: 1 });
    const { calls } = await buildReader(standStill(), 3).findCalls(lookup, patient);
    expect(calls).toHaveLength(1);
    cloudtrail.setRateLimit({ perSecond: 2 });
    const names: CallName[] = ['OpenInstancePublicPorts', 'PutInstancePublicPorts', 'DeleteInstance'];
    await expect(buildReader().findCalls({ ...lookup, names }, patient)).rejects.toMatchObject({ reason: 'throttled' });
  });

  test('an aborted signal ends the wait', async () => {
    const gone = AbortSignal.abort();
    await expect(buildReader().findCalls(lookup, gone)).rejects.toMatchObject({ reason: 'out-of-time' });
  });
});
