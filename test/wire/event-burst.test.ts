/** Ten thousand events at once: the function's own code over HTTP, batches like those of a queue, two at a time. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { realTime } from '../../lambda/adapters/clock-and-sleep.ts';
import { buildEventScan } from '../../lambda/build-scan.ts';
import { type QueuedMessage, readQueuedEvents } from '../../lambda/handlers/queued-events.ts';
import { sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { callEvent } from '../support/call-event.ts';
import { depth } from '../support/depth.ts';
import { account, homeRegion as region, WatchedAccount } from './watched-account.ts';

const instances = depth({ quick: 5, full: 10 });
const quick = { connectionTimeoutMs: 5_000, requestTimeoutMs: 10_000, maxAttempts: 1 };

describe('ten thousand events in a burst', () => {
  let watched: WatchedAccount;

  beforeAll(async () => {
    watched = await WatchedAccount.start({ lightsail: { regions: [region], notEnabledRegions: [] } });
    for (let index = 0; index < instances; index += 1)
      watched.emulators.lightsail.addInstance({ region, name: `web-${index}`, portStates: [sshFromOffice] });
    await watched.scan();
  });

  afterAll(() => watched.close());

  test('P10, P3: cost a bounded number of reads; each change is alerted once, with one digest in ten seconds at most', async () => {
    const { lightsail, sns } = watched.emulators;
    let now = watched.time.clock() + 60_000;
    const clock = () => now;
    // Time passes only while the code waits.
    const sleep = async (ms: number) => {
      now += ms;
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const run = buildEventScan(watched.deployment, { timeouts: quick, time: { ...realTime, clock, sleep } });
    for (let index = 0; index < instances; index += 1)
      lightsail.setPortStates({ region, name: `web-${index}`, portStates: [sshFromAnywhere] });
    lightsail.clearCalls();
    sns.clearOutbox();
    const startedAt = now;

    let queue = Array.from({ length: depth({ quick: 400, full: 10_000 }) }, (_, index): QueuedMessage => {
      const event = callEvent({ account, region, instanceName: `web-${index % instances}`, at: now - (index % 9_000) });
      return { messageId: `m-${index}`, body: JSON.stringify(event) };
    });
    const work = async (): Promise<void> => {
      while (queue.length > 0) {
        // The six megabytes that Lambda passes to one invocation contain about this number.
        const batch = queue.splice(0, depth({ quick: 100, full: 2_500 }));
        const { targets, messageIds } = readQueuedEvents(batch, { account, now });
        const { left } = await run.run(targets, now + 58_000, () => undefined);
        const back = new Set(left.flatMap((key) => [...(messageIds.get(key) ?? [])]));
        queue = [...queue, ...batch.filter(({ messageId }) => back.has(messageId))];
      }
    };
    await Promise.all([work(), work()]);
    run.destroy();

    const windows = Math.ceil((now - startedAt) / 10_000) + 1;
    const count = (name: string) => lightsail.calls().filter(({ operation }) => operation === name).length;
    expect(windows).toBeLessThanOrEqual(12);
    expect(count('GetInstances')).toBeLessThanOrEqual(2 * windows); // two pages at most
    expect(count('GetInstancePortStates')).toBeLessThanOrEqual(instances * windows);
    const told = watched.alerts().filter(({ kind }) => kind === 'firewall-changed');
    expect(told.map(({ instance }) => instance?.name).sort()).toEqual(
      Array.from({ length: instances }, (_, index) => `web-${index}`),
    );
    expect(sns.outbox().length).toBeLessThanOrEqual(windows);
  });
});
