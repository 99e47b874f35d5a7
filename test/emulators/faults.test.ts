import {
  AccessDeniedException,
  AccountSetupInProgressException,
  GetInstancePortStatesCommand,
  GetInstancesCommand,
  InvalidInputException,
  LightsailClient,
  NotFoundException,
  OpenInstancePublicPortsCommand,
  OperationFailureException,
  RegionSetupInProgressException,
  ServiceException,
  UnauthenticatedException,
} from '@aws-sdk/client-lightsail';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type LightsailEmulator, startLightsailEmulator } from '../../emulators/lightsail.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterEachTest } from '../support/close-after-tests.ts';

let emulator: LightsailEmulator;
const keep = closeAfterEachTest();

function clientOf(region = 'eu-west-1', maxAttempts = 1, requestTimeout = 10_000): LightsailClient {
  const requestHandler = { requestTimeout, throwOnRequestTimeout: true };
  return keep(new LightsailClient({ ...settingsFor(emulator.url), region, maxAttempts, requestHandler }));
}

const list = (region?: string, pageToken?: string) => clientOf(region).send(new GetInstancesCommand({ pageToken }));
const read = (instanceName: string, region?: string) =>
  clientOf(region).send(new GetInstancePortStatesCommand({ instanceName }));

beforeEach(async () => {
  emulator = keep(await startLightsailEmulator({ regions: ['eu-west-1', 'us-east-1'], pageSize: 1 }));
  for (const region of ['eu-west-1', 'us-east-1']) {
    for (const name of ['web-1', 'web-2']) emulator.addInstance({ region, name });
  }
});

describe('named exceptions', () => {
  test.each([
    ['AccessDeniedException', 400, AccessDeniedException],
    ['AccountSetupInProgressException', 428, AccountSetupInProgressException],
    ['RegionSetupInProgressException', 428, RegionSetupInProgressException],
    ['InvalidInputException', 400, InvalidInputException],
    ['NotFoundException', 404, NotFoundException],
    ['OperationFailureException', 400, OperationFailureException],
    ['ServiceException', 500, ServiceException],
    ['UnauthenticatedException', 401, UnauthenticatedException],
  ])('%s with HTTP %i is the typed class, with what it says', async (name, status, type) => {
    emulator.addFault({ kind: 'error', name, status, message: 'no', code: 'c', docs: 'd', tip: 't' });
    const error = await list().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({
      name,
      message: 'no',
      code: 'c',
      docs: 'd',
      tip: 't',
      $metadata: { httpStatusCode: status },
    });
  });

  test('ThrottlingException is HTTP 400 by default, and the SDK tries again', async () => {
    emulator.addFault({ kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded', times: 1 });
    await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } });
    emulator.addFault({ kind: 'error', name: 'ServiceException', status: 500, times: 1 });
    const answer = await clientOf('eu-west-1', 2).send(new GetInstancesCommand({}));
    expect(answer.instances).toHaveLength(1);
  });
});

describe('faults of the transport', () => {
  test('a hang ends by the client’s own timeout, and applies nothing', async () => {
    emulator.addFault({ kind: 'hang' });
    const portInfo = { protocol: 'udp', fromPort: 53, toPort: 53 } as const;
    const client = clientOf('eu-west-1', 1, 300);
    const open = client.send(new OpenInstancePublicPortsCommand({ instanceName: 'web-1', portInfo }));
    await expect(open).rejects.toMatchObject({ name: 'TimeoutError' });
    emulator.clearFaults();
    expect((await read('web-1')).portStates).toHaveLength(2);
  });

  test('a reset before and in the middle of the answer is a network error; only the second one is applied', async () => {
    const open = (fromPort: number) => {
      const portInfo = { protocol: 'udp', fromPort, toPort: fromPort } as const;
      return clientOf().send(new OpenInstancePublicPortsCommand({ instanceName: 'web-1', portInfo }));
    };
    emulator.addFault({ kind: 'reset', times: 1 });
    emulator.addFault({ kind: 'reset-mid-answer', times: 1 });
    await expect(open(53)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(open(54)).rejects.toThrow(/aborted|reset/i);
    expect((await read('web-1')).portStates?.map((rule) => rule.fromPort)).toEqual([80, 22, 54]);
  });

  test('a lost answer is applied', async () => {
    emulator.addFault({ kind: 'lost-answer', operation: 'OpenInstancePublicPorts' });
    const portInfo = { protocol: 'udp', fromPort: 53, toPort: 53 } as const;
    const open = clientOf().send(new OpenInstancePublicPortsCommand({ instanceName: 'web-1', portInfo }));
    await expect(open).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await read('web-1')).portStates).toHaveLength(3);
  });

  test('a body that is not JSON is an error of the SDK', async () => {
    emulator.addFault({ kind: 'raw', body: '<html>Bad gateway</html>', times: 1 });
    await expect(list()).rejects.toThrow(SyntaxError);
    emulator.addFault({ kind: 'raw', body: 'upstream sent nothing', status: 502 });
    await expect(list()).rejects.toMatchObject({ $metadata: { httpStatusCode: 502 } });
  });

  test('a wrong content type comes with the right body', async () => {
    emulator.addFault({ kind: 'content-type', contentType: 'text/plain' });
    expect((await list()).instances).toHaveLength(1);
  });

  test('any answer can be put in the place of the real one, such as the same page token for ever', async () => {
    emulator.addFault({ kind: 'raw', body: '{"instances":[],"nextPageToken":"again"}' });
    expect((await list()).nextPageToken).toBe('again');
    expect((await list('eu-west-1', 'again')).nextPageToken).toBe('again');
  });

  test('a slow body and a delayed answer arrive whole', async () => {
    emulator.addFault({ kind: 'slow', overMs: 100, times: 1 });
    emulator.addFault({ kind: 'delay', delayMs: 50, times: 1 });
    for (let n = 0; n < 2; n += 1) {
      const startedAt = performance.now();
      expect((await list()).instances?.[0]?.name).toBe('web-1');
      expect(performance.now() - startedAt).toBeGreaterThan(45);
    }
  });

  test('a client that gives up in the middle of a slow body affects no other request', async () => {
    emulator.addFault({ kind: 'slow', overMs: 200, times: 1 });
    const aborted = fetch(emulator.url, { method: 'POST', body: '{}', signal: AbortSignal.timeout(80) });
    await expect(aborted.then((answer) => answer.text())).rejects.toMatchObject({ name: 'TimeoutError' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await list()).instances).toHaveLength(1);
  });

  test('latency delays every request', async () => {
    emulator.setLatency({ ms: 50 });
    const startedAt = performance.now();
    await Promise.all([list(), read('web-1')]);
    expect(performance.now() - startedAt).toBeGreaterThan(45);
    expect(Math.max(...emulator.calls().map((call) => call.inFlight))).toBe(2);
  });
});

describe('the requests that a fault matches', () => {
  test('by operation, region and instance', async () => {
    emulator.addFault({
      operation: 'GetInstancePortStates',
      region: 'us-east-1',
      instanceName: 'web-2',
      kind: 'error',
      name: 'AccessDeniedException',
    });
    await expect(read('web-2', 'us-east-1')).rejects.toThrow(AccessDeniedException);
    for (const [name, region] of [
      ['web-1', 'us-east-1'],
      ['web-2', 'eu-west-1'],
    ] as const) {
      expect((await read(name, region)).portStates).toHaveLength(2);
    }
    expect((await list('us-east-1')).instances).toHaveLength(1);
  });

  test('by page of a listing', async () => {
    emulator.addFault({ operation: 'GetInstances', page: 2, kind: 'error', name: 'ServiceException', status: 500 });
    const { nextPageToken } = await list();
    await expect(list('eu-west-1', nextPageToken)).rejects.toThrow(ServiceException);
    expect((await list()).instances?.[0]?.name).toBe('web-1');
  });

  test('after a number of skipped requests, and a limited number of times', async () => {
    emulator.addFault({ operation: 'GetInstances', skip: 1, times: 1, kind: 'error', name: 'NotFoundException' });
    await list();
    await expect(list()).rejects.toThrow(NotFoundException);
    await list();
  });

  test('a rule that can not be read is refused at once', () => {
    const rule = { kind: 'error', name: 'NotFoundException', time: 1 };
    expect(() => emulator.addFault(rule as never)).toThrow('time');
  });
});

test('calls over the rate in one second get ThrottlingException, each region on its own', async () => {
  emulator.setRateLimit({ perSecond: 2 });
  await list();
  await list();
  await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
  await list('us-east-1');
  emulator.setRateLimit({ perSecond: null });
  await list();
});

test('the call log has operation, region, parameters, instant and outcome', async () => {
  emulator.addFault({ instanceName: 'web-2', kind: 'reset' });
  await read('web-1');
  await expect(read('web-2')).rejects.toMatchObject({ code: 'ECONNRESET' });
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const common = { operation: 'GetInstancePortStates', region: 'eu-west-1', account: '123456789012', at, inFlight: 1 };
  expect(emulator.calls()).toEqual([
    { ...common, params: { instanceName: 'web-1' }, outcome: 200 },
    { ...common, params: { instanceName: 'web-2' }, outcome: 'reset' },
  ]);
});

test('closing ends a request that hangs, and a second close has no effect', async () => {
  emulator.addFault({ kind: 'hang' });
  const hanging = fetch(emulator.url, { method: 'POST', body: '{}' });
  const refused = expect(hanging).rejects.toThrow('fetch failed');
  while (emulator.calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await emulator.close();
  await emulator.close();
  await refused;
});
