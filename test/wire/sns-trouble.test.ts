import { describe, expect, test } from '@jest/globals';
import { sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { depth } from '../support/depth.ts';
import { endingOf, expectNothingLost, prepareFleet, type Trouble } from './fleet-changes.ts';
import { calm, watched, watchUndisturbedFleet } from './undisturbed-fleet.ts';
import { homeRegion, type ScanManner } from './watched-account.ts';

watchUndisturbedFleet();

const publish = { operation: 'Publish' };
const impatient: Partial<ScanManner> = {
  timeouts: { connectionTimeoutMs: 1_000, requestTimeoutMs: 500, maxAttempts: 1 },
};
const thrice: Partial<ScanManner> = {
  timeouts: { connectionTimeoutMs: 5_000, requestTimeoutMs: 5_000, maxAttempts: 3 },
};

const troubles: Omit<Trouble, 'at'>[] = [
  { title: 'HTTP 500 to everything', faults: [{ kind: 'error', name: 'InternalError', status: 500 }] },
  { title: 'HTTP 500 to every publish', faults: [{ kind: 'error', name: 'InternalError', status: 500, ...publish }] },
  {
    title: 'HTTP 500 to one publish, and a second try',
    faults: [{ kind: 'error', name: 'InternalError', status: 500, times: 1, ...publish }],
    manner: thrice,
    isHarmless: true,
  },
  {
    title: 'a gateway’s page under HTTP 502',
    faults: [{ kind: 'raw', status: 502, body: '<html>Bad Gateway</html>', ...publish }],
  },
  {
    title: 'throttling for the whole scan',
    faults: [{ kind: 'error', name: 'Throttled', message: 'Rate exceeded', ...publish }],
  },
  {
    title: 'a publish that is not allowed',
    faults: [{ kind: 'error', name: 'AuthorizationError', status: 403, ...publish }],
  },
  { title: 'a key that is not allowed', faults: [{ kind: 'error', name: 'KMSAccessDenied', ...publish }] },
  { title: 'a topic that is not there', faults: [{ kind: 'error', name: 'NotFound', status: 404 }] },
  { title: 'connections reset before anything is taken', faults: [{ kind: 'reset' }] },
  { title: 'publishes reset before they are taken', faults: [{ kind: 'reset', ...publish }] },
  { title: 'publishes never answered, and not taken', faults: [{ kind: 'hang', ...publish }], manner: impatient },
  { title: 'publishes taken, their answers lost', faults: [{ kind: 'lost-answer', ...publish }], repeats: true },
  { title: 'publishes taken, their answers cut', faults: [{ kind: 'reset-mid-answer', ...publish }], repeats: true },
  {
    title: 'one answer lost, and a second try',
    faults: [{ kind: 'lost-answer', times: 1, ...publish }],
    manner: thrice,
    isHarmless: true,
    repeats: true,
  },
  {
    title: 'publishes answered slowly',
    faults: [{ kind: 'slow', overMs: 200, ...publish }],
    isHarmless: true,
  },
];

/** The quick cases are every sixth one. */
const chosen = troubles.filter((_, index) => index % depth({ quick: 6, full: 1 }) === 0);

describe('P3: after a scan with trouble at SNS, table and alerts end as without it', () => {
  test.each(chosen)('$title', async (trouble) => {
    await expectNothingLost(watched, calm, { ...trouble, at: 'sns' });
  });

  test('an outage of many scans: every change is alerted afterwards, once', async () => {
    await prepareFleet(watched);
    const already = watched.alerts().length;
    watched.emulators.sns.addFault({ kind: 'error', name: 'ServiceUnavailable', status: 503 });
    const changes = depth({ quick: 3, full: 6 });
    for (let change = 0; change < changes; change += 1) {
      const portStates = [change % 2 === 0 ? sshFromAnywhere : sshFromOffice];
      watched.emulators.lightsail.setPortStates({ region: homeRegion, name: 'web-1', portStates });
      expect(await watched.scan()).toMatchObject({ complete: true, alerts: 0 });
    }
    watched.emulators.sns.clearFaults();
    await watched.scan();
    await watched.scan();
    // In a message the worst alert is first. Sorted by time, the alerts are the changes in their order.
    const told = watched.alerts().slice(already);
    told.sort((a, b) => (a.changedBefore < b.changedBefore ? -1 : 1));
    const verdicts = ['mixed', 'narrowed', 'widened', 'narrowed', 'widened', 'narrowed'].slice(0, changes);
    expect(told.map(({ verdict }) => verdict)).toEqual(verdicts);
    expect(new Set(told.map(({ alertId }) => alertId)).size).toBe(changes);
    await endingOf(watched);
  });
});
