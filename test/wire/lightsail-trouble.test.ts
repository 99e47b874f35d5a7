import { describe, expect, test } from '@jest/globals';
import type { Alert } from '../../lambda/contract/json-event.ts';
import { depth } from '../support/depth.ts';
import { changeFleet, endingOf, expectNothingLost, prepareFleet, type Trouble } from './fleet-changes.ts';
import { calm, watched, watchUndisturbedFleet } from './undisturbed-fleet.ts';
import { homeRegion, type ScanManner } from './watched-account.ts';

watchUndisturbedFleet();

const throttling = { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' } as const;
const ports = { operation: 'GetInstancePortStates' };
const json = 'application/x-amz-json-1.1';
const impatient: Partial<ScanManner> = {
  timeouts: { connectionTimeoutMs: 1_000, requestTimeoutMs: 500, maxAttempts: 1 },
};
const twice: Partial<ScanManner> = {
  timeouts: { connectionTimeoutMs: 5_000, requestTimeoutMs: 5_000, maxAttempts: 2 },
};
const outOfTime: Partial<ScanManner> = {
  scanMs: 1_000,
  limits: { readsPerRegion: 5, regionsAtOnce: 8, reserveMs: 500 },
};

const troubles: Omit<Trouble, 'at'>[] = [
  { title: 'connections reset before any answer', faults: [{ kind: 'reset' }] },
  { title: 'connections reset in the middle of the regions', faults: [{ kind: 'reset-mid-answer' }] },
  {
    title: 'connections reset in the middle of listings',
    faults: [{ kind: 'reset-mid-answer', operation: 'GetInstances' }],
  },
  { title: 'connections reset in the middle of every firewall', faults: [{ kind: 'reset-mid-answer', ...ports }] },
  { title: 'answers lost', faults: [{ kind: 'lost-answer', ...ports }] },
  { title: 'firewalls never answered', faults: [{ kind: 'hang', ...ports }], manner: impatient },
  { title: 'listings never answered', faults: [{ kind: 'hang', operation: 'GetInstances' }], manner: impatient },
  {
    title: 'bodies slower than the scan has time',
    faults: [{ kind: 'slow', overMs: 30_000, ...ports }],
    manner: outOfTime,
  },
  {
    title: 'a listing slower than the scan has time',
    faults: [{ kind: 'slow', overMs: 30_000, operation: 'GetInstances' }],
    manner: outOfTime,
  },
  { title: 'slow bodies that are whole in the end', faults: [{ kind: 'slow', overMs: 200 }], isHarmless: true },
  { title: 'HTTP 500 to everything', faults: [{ kind: 'error', name: 'ServiceException', status: 500 }] },
  { title: 'HTTP 500 to every firewall', faults: [{ kind: 'error', name: 'ServiceException', status: 500, ...ports }] },
  {
    title: 'HTTP 500 to the second page of a listing',
    faults: [{ kind: 'error', name: 'ServiceException', status: 500, page: 2 }],
  },
  { title: 'a gateway’s page under HTTP 503', faults: [{ kind: 'raw', status: 503, body: '<html>busy</html>' }] },
  { title: 'throttling for the whole scan', faults: [throttling], manner: twice },
  { title: 'throttling of firewalls for the whole scan', faults: [{ ...throttling, ...ports }], manner: twice },
  { title: 'throttling that ends in the middle', faults: [{ ...throttling, skip: 1, times: 4 }] },
  {
    title: 'HTTP 429 from a proxy',
    faults: [{ kind: 'raw', status: 429, body: 'Too Many Requests', contentType: 'text/plain', ...ports }],
  },
  {
    title: 'right answers under a wrong content type',
    faults: [{ kind: 'content-type', contentType: 'text/html' }],
    isHarmless: true,
  },
  { title: 'a web page under HTTP 200', faults: [{ kind: 'raw', body: '<html>Sign in to the guest network</html>' }] },
  { title: 'a web page in place of firewalls', faults: [{ kind: 'raw', body: '<html></html>', ...ports }] },
  {
    title: 'JSON that is cut off',
    faults: [{ kind: 'raw', body: '{"portStates":[{"protocol":"tcp"', contentType: json, ...ports }],
  },
  { title: 'firewalls without their list', faults: [{ kind: 'raw', body: '{}', contentType: json, ...ports }] },
  {
    title: 'listings without their list',
    faults: [{ kind: 'raw', body: '{}', contentType: json, operation: 'GetInstances' }],
  },
  {
    title: 'credentials that expire midway',
    faults: [{ kind: 'error', name: 'ExpiredTokenException', message: 'expired', skip: 5 }],
  },
  {
    title: 'credentials that are withdrawn midway',
    faults: [{ kind: 'error', name: 'UnrecognizedClientException', message: 'invalid', skip: 3 }],
  },
  { title: 'instances listed and not found', faults: [{ kind: 'error', name: 'NotFoundException', ...ports }] },
];

/** The quick cases are every eighth one. */
const chosen = troubles.filter((_, index) => index % depth({ quick: 8, full: 1 }) === 0);

describe('P3, P4: after a scan with trouble at Lightsail, table and alerts end as without it', () => {
  test.each(chosen)('$title', async (trouble) => {
    await expectNothingLost(watched, calm, { ...trouble, at: 'lightsail' });
  });
});

describe('P5: trouble at Lightsail that lasts', () => {
  const kindsOf = (alerts: Alert[], region?: string) =>
    alerts
      .filter((alert) => region === undefined || alert.region === region)
      .map(({ kind, instance }) => `${kind} ${instance?.name ?? ''}`.trim())
      .sort();

  test('throttled firewalls are alerted as unreadable once, then each change and each recovery', async () => {
    await prepareFleet(watched);
    changeFleet(watched);
    const already = watched.alerts().length;
    watched.emulators.lightsail.addFault({ ...throttling, ...ports });
    // A scan repeats throttled reads as long as it has time.
    const manner = depth<Partial<ScanManner> | undefined>({ quick: { scanMs: 10_000 }, full: undefined });
    for (let scan = 1; scan <= depth({ quick: 2, full: 4 }); scan += 1) await watched.scan(manner);
    const during = kindsOf(watched.alerts().slice(already));
    // A complete listing shows that web-2 is deleted; that listing did not fail.
    expect(during).toEqual([
      'instance-gone web-2',
      'unreadable db-1',
      'unreadable db-2',
      'unreadable web-1',
      'unreadable web-3',
    ]);
    watched.emulators.lightsail.clearFaults();
    for (let scan = 1; scan <= depth({ quick: 1, full: 2 }); scan += 1) await watched.scan();
    expect(kindsOf(watched.alerts().slice(already + during.length))).toEqual([
      'firewall-changed web-1',
      'instance-appeared db-2',
      'instance-appeared web-3',
      'instance-gone web-3',
      'readable-again db-1',
      'readable-again db-2',
      'readable-again web-1',
      'readable-again web-3',
    ]);
    const ending = await endingOf(watched);
    expect(new Set(Object.values(ending.alerts))).toEqual(new Set([1]));
  });

  test('a region that refuses the credentials has one alert, and its instances are neither gone nor unreadable', async () => {
    await prepareFleet(watched);
    changeFleet(watched);
    const already = watched.alerts().length;
    const refused = { kind: 'error', name: 'UnrecognizedClientException', region: homeRegion } as const;
    watched.emulators.lightsail.addFault({ ...refused, operation: 'GetInstances' });
    for (let scan = 1; scan <= depth({ quick: 3, full: 4 }); scan += 1) await watched.scan();
    expect(kindsOf(watched.alerts().slice(already), homeRegion)).toEqual(['region-unreadable']);
    watched.emulators.lightsail.clearFaults();
    for (let scan = 1; scan <= depth({ quick: 1, full: 2 }); scan += 1) await watched.scan();
    expect(kindsOf(watched.alerts().slice(already), homeRegion)).toEqual([
      'firewall-changed web-1',
      'instance-appeared web-3',
      'instance-gone web-2',
      'instance-gone web-3',
      'region-readable-again',
      'region-unreadable',
    ]);
  });
});
