import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DecidedAlert } from '../../lambda/alerts/decide-alerts.ts';
import { publishGroups } from '../../lambda/scan/publish-groups.ts';
import { type Run, startRun } from '../../lambda/scan/scan-run.ts';
import { changeAlert, context, http, rule } from '../alerts/fixtures.ts';
import { InMemoryOutbox } from './in-memory-outbox.ts';
import { Monitor } from './monitor.ts';

/** An alert so large that no second alert fits into its message. */
function buildBigAlert(): DecidedAlert {
  const cidrs = (port: number) => Array.from({ length: 120 }, (_, host) => `10.${port}.${2 * host}.1/32`);
  return changeAlert(
    [http],
    Array.from({ length: 40 }, (_, port) => rule('tcp', 2 * port, cidrs(port))),
  );
}

const big = buildBigAlert();
const groups = [1, 2, 3].map((index) => ({ alerts: [{ ...big, alertId: `alert-${index}` }] }));

type Group = (typeof groups)[number];

/** `onPublished` gets the number of groups that were published so far. */
function publishAndCount(all: readonly Group[], run: Run, onPublished: (groupsDone: number) => Promise<void>) {
  let groupsDone = 0;
  const count = (done: readonly Group[]) => {
    groupsDone += done.length;
    return onPublished(groupsDone);
  };
  return publishGroups(all, context, count, run);
}

describe('P3: the loop that publishes', () => {
  let monitor: Monitor;
  let run: Run;
  let done: number[];

  beforeEach(() => {
    monitor = new Monitor('eu-west-1');
    const grant = { scanNumber: 1, lastScan: null, allIsWellAt: null, settingsHash: null, lastEventRun: null };
    const times = { deadlineAt: monitor.now + 60_000, startedAtMs: monitor.now, reserveMs: 0 };
    run = startRun(monitor.deps(), { holder: 'me', grant, ...times });
    done = [];
  });

  const publish = (onPublished = async (groupsDone: number) => void done.push(groupsDone)) =>
    publishAndCount(groups, run, onPublished);

  test('marks after each message how many groups are done', async () => {
    expect(await publish()).toBe('published');
    expect(monitor.publisher.messages).toHaveLength(3);
    expect(done).toEqual([1, 2, 3]);
  });

  test('publishes the next message only when the marks of the one before are raised', async () => {
    await publish(async (groupsDone) => {
      await new Promise((resolve) => setImmediate(resolve));
      done.push(groupsDone, monitor.publisher.messages.length);
    });
    expect(done).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test('stops when a mark can not be raised, and says that it failed', async () => {
    const outcome = await publish(async () => {
      throw new Error('the table is away');
    });
    expect(outcome).toBe('failed');
    expect(monitor.publisher.messages).toHaveLength(1);
    expect(monitor.events.at(-1)).toMatchObject({ event: 'not-told', why: 'publish-failed' });
  });

  test('marks nothing after a message that was refused', async () => {
    monitor.publisher.failure = new Error('SNS is away');
    expect(await publish()).toBe('failed');
    expect(done).toEqual([]);
  });

  test('publishes nothing after the deadline', async () => {
    run = { ...run, publishSignal: AbortSignal.abort() };
    expect(await publish()).toBe('failed');
    expect(monitor.publisher.messages).toEqual([]);
  });

  test('publishes nothing while nobody has confirmed a subscription', async () => {
    monitor.publisher.hasSubscriber = false;
    expect(await publish()).toBe('no-subscriber');
    expect(monitor.publisher.messages).toEqual([]);
  });
});

describe('P3: the loop that publishes, with several accounts', () => {
  let monitor: Monitor;
  let outbox: InMemoryOutbox;
  let run: Run;
  let done: number[];
  const many = Array.from({ length: 45 }, (_, index) => ({
    alerts: [{ ...changeAlert([http], []), alertId: `alert-${index}` }],
  }));
  const publish = (onPublished = async (groupsDone: number) => void done.push(groupsDone)) =>
    publishAndCount(many, run, onPublished);

  beforeEach(() => {
    monitor = new Monitor('eu-west-1');
    outbox = new InMemoryOutbox();
    monitor.outbox = outbox;
    const grant = { scanNumber: 1, lastScan: null, allIsWellAt: null, settingsHash: null, lastEventRun: null };
    const times = { deadlineAt: monitor.now + 60_000, startedAtMs: monitor.now, reserveMs: 0 };
    run = startRun(monitor.deps(), { holder: 'me', grant, ...times });
    done = [];
  });

  test('publishes nothing: the groups are in the outbox before their marks rise', async () => {
    expect(await publish(async (groupsDone) => void done.push(groupsDone, outbox.groups.size))).toBe('published');
    expect(monitor.publisher.messages).toEqual([]);
    expect(done).toEqual([20, 20, 40, 40, 45, 45]);
    expect([...outbox.groups.values()][0]).toMatchObject({
      ...{ account: '111122223333', accountName: 'prod', at: '2026-11-23T10:00:00.002Z' },
      alerts: [{ alertId: 'alert-0' }],
    });
  });

  test('marks nothing when the outbox refuses a group', async () => {
    outbox.failure = new Error('the table is away');
    expect(await publish()).toBe('failed');
    expect(done).toEqual([]);
    expect(monitor.events.at(-1)).toMatchObject({ event: 'not-told', why: 'publish-failed' });
  });

  test('stops when a mark can not be raised', async () => {
    const outcome = await publish(async () => {
      throw new Error('the table is away');
    });
    expect(outcome).toBe('failed');
    expect(outbox.groups.size).toBe(20);
  });

  test('puts nothing into the outbox while nobody has confirmed a subscription, or after the deadline', async () => {
    monitor.publisher.hasSubscriber = false;
    expect(await publish()).toBe('no-subscriber');
    monitor.publisher.hasSubscriber = true;
    run = { ...run, publishSignal: AbortSignal.abort() };
    expect(await publish()).toBe('failed');
    expect(outbox.groups.size).toBe(0);
  });
});
