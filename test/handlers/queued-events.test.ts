import { describe, expect, test } from '@jest/globals';
import { readQueuedEvents } from '../../lambda/handlers/queued-events.ts';
import { type CallEventOptions, callEvent } from '../support/call-event.ts';
import { depth } from '../support/depth.ts';

const account = '123456789012';
const now = Date.parse('2026-11-23T10:00:00.000Z');

const eventFor = (instanceName: string, more: Partial<CallEventOptions> = {}) =>
  callEvent({ account, region: 'eu-west-1', instanceName, at: now - 5_000, ...more });

const read = (...bodies: unknown[]) =>
  readQueuedEvents(
    bodies.map((body, index) => ({ messageId: `m-${index + 1}`, body: JSON.stringify(body) })),
    { account, now },
  );

describe('a batch of queued events', () => {
  test('names each instance once, with each of its calls once, and with all messages that name it', () => {
    const [first, second] = [eventFor('web-1', { eventId: 'a' }), eventFor('web-1', { eventId: 'b' })];
    const { targets, messageIds, calls, ignored } = read(first, second, first, eventFor('db-1', { eventId: 'c' }));
    expect(targets.map(({ instanceName, calls: own }) => [instanceName, own.map(({ eventId }) => eventId)])).toEqual([
      ['web-1', ['a', 'b']],
      ['db-1', ['c']],
    ]);
    expect(Object.fromEntries([...messageIds].map(([key, ids]) => [key, [...ids]]))).toEqual({
      'eu-west-1#web-1': ['m-1', 'm-2', 'm-3'],
      'eu-west-1#db-1': ['m-4'],
    });
    expect({ calls, ignored }).toEqual({ calls: 3, ignored: {} });
  });

  test('gives a call that names two instances to both, once for each, also if the event comes twice', () => {
    const requestParameters = { instanceNames: ['web-1', 'web-2'] };
    const event = eventFor('web-1', { eventName: 'CreateInstances', eventId: 'a', detail: { requestParameters } });
    const { targets, calls } = read(event, event);
    expect(targets.map(({ instanceName, calls: own }) => [instanceName, own.map(({ eventId }) => eventId)])).toEqual([
      ['web-1', ['a']],
      ['web-2', ['a']],
    ]);
    expect(calls).toBe(1);
  });

  test('keeps instances of one name in two regions apart', () => {
    const { targets } = read(eventFor('web-1'), eventFor('web-1', { region: 'us-east-1' }));
    expect(targets.map(({ region, instanceName }) => `${region} ${instanceName}`)).toEqual([
      'eu-west-1 web-1',
      'us-east-1 web-1',
    ]);
  });

  test('counts what it ignores by the reason', () => {
    const { targets, ignored } = read(
      eventFor('web-1', { event: { account: '999999999999' } }),
      eventFor('web-1', { detail: { errorCode: 'AccessDenied' } }),
      eventFor('web-1', { detail: { errorCode: 'AccessDenied' } }),
      eventFor('web-1', { at: now + 86_400_000 }),
    );
    expect(targets).toEqual([]);
    expect(ignored).toEqual({ 'other-account': 1, 'failed-call': 2, 'from-the-future': 1 });
  });

  test('of thousands of events for three instances gives three targets', () => {
    const calls = depth({ quick: 1_000, full: 5_000 });
    const events = Array.from({ length: 2 * calls }, (_, index) =>
      eventFor(`web-${index % 3}`, { eventId: `id-${index % calls}`, at: now - index }),
    );
    const { targets, messageIds, ...counted } = read(...events);
    expect(targets.map(({ instanceName }) => instanceName).sort()).toEqual(['web-0', 'web-1', 'web-2']);
    expect({ calls: counted.calls, ignored: counted.ignored }).toEqual({ calls, ignored: {} });
    expect(new Set([...messageIds.values()].flatMap((ids) => [...ids])).size).toBe(2 * calls);
  });
});
