/** A warm scan function whose requests Lightsail throttles: the real SDK clients over HTTP, and a clock without real waits. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildScan, type Scan } from '../../lambda/build-scan.ts';
import { sshFromOffice } from '../scan/samples.ts';
import { depth } from '../support/depth.ts';
import { SkippingTime } from '../support/skipping-time.ts';
import { homeRegion as region, WatchedAccount } from './watched-account.ts';

const timeouts = { connectionTimeoutMs: 5_000, requestTimeoutMs: 10_000, maxAttempts: 5 };
const throttled = { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' } as const;
const everyRead = { ...throttled, operation: 'GetInstancePortStates' };
/** Whole pages, at least three. */
const count = depth({ quick: 6, full: 40 });
const pageSize = depth({ quick: 2, full: 4 });
const names = Array.from({ length: count }, (_, index) => `web-${index + 1}`);
const all = { complete: true, instancesListed: count, instancesRead: count };

describe('P1, P4: a region that throttles', () => {
  let watched: WatchedAccount;
  let scan: Scan;
  const time = new SkippingTime();

  beforeAll(async () => {
    const lightsail = { regions: [region, 'us-east-1'], notEnabledRegions: [], pageSize, now: time.clock };
    watched = await WatchedAccount.start({ lightsail }, { tellGapAfterScans: 100 });
    for (const name of names) watched.emulators.lightsail.addInstance({ region, name, portStates: [sshFromOffice] });
    scan = buildScan(watched.deployment, { timeouts, time });
    await scanFor(60);
  });

  beforeEach(() => {
    watched.emulators.lightsail.clearFaults();
    watched.emulators.lightsail.clearCalls();
    watched.events = [];
  });

  afterAll(async () => {
    scan?.destroy();
    await watched?.close();
  });

  async function scanFor(seconds: number) {
    time.skip(300_000);
    const startedAt = time.clock();
    const report = await scan.run(startedAt + seconds * 1_000, (event) => watched.events.push(event));
    return { ...report, seconds: (time.clock() - startedAt) / 1_000 };
  }

  test('two scans with every read throttled cost the next scan nothing', async () => {
    const { lightsail } = watched.emulators;
    lightsail.addFault(everyRead);
    for (let blind = 1; blind <= 2; blind += 1) expect(await scanFor(60)).toMatchObject({ instancesRead: 0 });
    lightsail.clearFaults();
    for (const instanceName of names.filter((_, index) => index % 2 === 1))
      lightsail.addFault({ ...everyRead, instanceName, times: 1 });
    expect(await scanFor(60)).toMatchObject(all);
  });

  test('scans at two requests a second read all instances in 60 seconds, one after the other', async () => {
    watched.emulators.lightsail.setRateLimit({ perSecond: 2 });
    for (let scans = 1; scans <= depth({ quick: 1, full: 3 }); scans += 1) expect(await scanFor(60)).toMatchObject(all);
    watched.emulators.lightsail.setRateLimit({ perSecond: null });
    const { seconds, ...report } = await scanFor(60);
    expect(report).toMatchObject(all);
    expect(seconds).toBeLessThan(count / 2);
  });

  test('a listing that is throttled is continued at its page', async () => {
    watched.emulators.lightsail.addFault({ ...throttled, operation: 'GetInstances', page: 3, times: 6 });
    expect(await scanFor(60)).toMatchObject(all);
    const pages = watched.emulators.lightsail.calls().filter(({ operation }) => operation === 'GetInstances');
    // One page is that of the other region.
    expect(pages).toHaveLength(count / pageSize + 1 + 6);
  });

  test('a listing that is throttled until the end is not done because of the throttling, not for lack of time', async () => {
    watched.emulators.lightsail.addFault({ ...throttled, region, operation: 'GetInstances' });
    expect(await scanFor(60)).toMatchObject({ complete: false, instancesListed: 0 });
    const reasons = watched.events.flatMap((event) => (event.event === 'region-failed' ? [event.error.reason] : []));
    expect(reasons).toEqual(['throttled']);
  });

  test.each(['AccessDeniedException', 'NotFoundException'])('%s is not repeated', async (name) => {
    watched.emulators.lightsail.addFault({ kind: 'error', name, operation: 'GetInstancePortStates' });
    expect(await scanFor(60)).toMatchObject({ instancesListed: count, instancesRead: 0 });
    const reads = watched.emulators.lightsail.calls().filter(({ operation }) => operation === 'GetInstancePortStates');
    expect(reads).toHaveLength(count);
  });
});
