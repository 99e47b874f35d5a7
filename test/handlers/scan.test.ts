import { afterEach, describe, expect, test } from '@jest/globals';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import type { Digest } from '../../lambda/contract/json-event.ts';
import { httpFromAnywhere, sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { account, DeployedMonitor, region } from '../support/deployed-monitor.ts';
import { importFresh } from '../support/import-fresh.ts';
import { lambdaContext } from '../support/lambda-context.ts';

const scheduled = {
  version: '0',
  id: 'x',
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account,
  detail: '{}',
};

const monitor = await closeAfterTests(DeployedMonitor.start(undefined, [region, 'us-east-1']));
const emulators = monitor.emulators;

describe('the scan function over HTTP', () => {
  afterEach(() => emulators.lightsail.clearFaults());

  const digests = (): Digest[] => emulators.sns.outbox().map(({ body }) => JSON.parse(body));

  test('scans, compares with the last scan, and alerts: the main job', async () => {
    for (let index = 1; index <= 7; index += 1)
      emulators.lightsail.addInstance({ region, name: `web-${index}`, portStates: [httpFromAnywhere, sshFromOffice] });
    expect(await monitor.scan(scheduled)).toEqual({
      skipped: false,
      complete: true,
      instancesListed: 7,
      instancesRead: 7,
      alerts: 2,
    });
    emulators.lightsail.setPortStates({ region, name: 'web-3', portStates: [httpFromAnywhere, sshFromAnywhere] });
    expect(await monitor.scan({})).toEqual({
      skipped: false,
      complete: true,
      instancesListed: 7,
      instancesRead: 7,
      alerts: 1,
    });
    const digest = digests().at(-1);
    expect(digest).toMatchObject({
      schema: 'portwatch.digest/1',
      account,
      name: 'prod',
      part: { index: 1, count: 1 },
      coverage: { instancesListed: 7, instancesRead: 7, regionsListed: 2, regionsSkipped: [] },
      alerts: [
        {
          kind: 'firewall-changed',
          severity: 'critical',
          region,
          instance: { name: 'web-3' },
          verdict: 'widened',
          closed: [],
        },
      ],
    });
    expect(emulators.sns.outbox().at(-1)?.subject).toMatch(/^\[CRITICAL\] prod web-3: /);
    const history = await monitor.items(`INSTANCE#${account}#${region}#web-3`);
    expect(history.map(({ kind }) => kind)).toEqual(['baseline', 'changed']);
  });

  test('reads nothing and writes nothing on an event that it does not know', async () => {
    emulators.lightsail.clearCalls();
    emulators.dynamodb.clearCalls();
    for (const event of [{ Records: [] }, { source: 'aws.s3', 'detail-type': 'Object Created' }, 'scan', null, []]) {
      await expect(monitor.scan(event)).rejects.toThrow('The scan function got an event that it does not know: ');
    }
    expect(emulators.lightsail.calls()).toEqual([]);
    expect(emulators.dynamodb.calls()).toEqual([]);
  });

  test('of three scans at once, one does the work, and each change is alerted once', async () => {
    emulators.lightsail.setPortStates({ region, name: 'web-1', portStates: [] });
    const before = digests().length;
    const results = await Promise.all([monitor.scan({}), monitor.scan({}), monitor.scan({})]);
    expect(results.filter(({ skipped }) => skipped)).toHaveLength(2);
    expect(
      digests()
        .slice(before)
        .flatMap(({ alerts }) => alerts.map(({ kind }) => kind)),
    ).toEqual(['firewall-changed']);
  });

  test('writes its metrics as EMF: one complete scan, no alert waiting, no gap', async () => {
    await monitor.scan({});
    const emf = monitor.metricLines().map(({ line }) => JSON.parse(line));
    expect(emf).toEqual([
      expect.objectContaining({ service: 'scan', CompleteScans: 1, OldestUntoldAlertAge: 0, OpenGaps: 0 }),
    ]);
    expect(emf[0]._aws.CloudWatchMetrics[0]).toMatchObject({ Namespace: 'Portwatch', Dimensions: [['service']] });
  });

  test('writes the metrics of its own monitor, where an app has several', async () => {
    process.env[environmentKeys.metricService] = 'Own/Web';
    const { handler } = await importFresh<typeof import('../../lambda/handlers/scan.ts')>('lambda/handlers/scan.ts');
    delete process.env[environmentKeys.metricService];
    monitor.written.length = 0;
    await handler({}, lambdaContext('Scan', 60_000));
    expect(monitor.metrics()).toMatchObject({ service: 'Own/Web', CompleteScans: 1 });
  });

  test('a missing table is a clear error, and no alert is sent', async () => {
    emulators.dynamodb.addFault({
      kind: 'error',
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
    await expect(monitor.scan({})).rejects.toThrow('Requested resource not found');
    expect(monitor.log().at(-1)).toMatchObject({
      level: 'ERROR',
      message: 'the scan failed',
      error: { message: 'Requested resource not found' },
    });
    emulators.dynamodb.clearFaults();
    expect(await monitor.scan({})).toMatchObject({ skipped: false, complete: true });
  });

  test('the last two seconds of an invocation belong to the log, not to the scan', async () => {
    // 12 s are reserved for publishing. With the 2 s before the end, the scan would have 1.5 s to read.
    await expect(monitor.scan({}, 13_500)).rejects.toThrow('the scan ran out of time');
    expect(await monitor.scan({})).toMatchObject({ complete: true });
  });

  test('a scan that runs out of time is incomplete, and the next scan is complete', async () => {
    // The deadline is 2 s before the end of the invocation, and 12 s before the deadline are reserved for publishing: one second is left to
    // read.
    emulators.lightsail.addFault({ kind: 'hang', operation: 'GetInstancePortStates' });
    const cut = await monitor.scan({}, 15_000);
    emulators.lightsail.clearFaults();
    expect(cut).toMatchObject({ skipped: false, complete: false });
    expect(await monitor.scan({})).toMatchObject({ complete: true, instancesRead: 7, alerts: 0 });
  });
});
