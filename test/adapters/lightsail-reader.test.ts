import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type LightsailEmulator, startLightsailEmulator } from '../../emulators/lightsail.ts';
import { clientSettings } from '../../lambda/adapters/client-settings.ts';
import { LightsailReader } from '../../lambda/adapters/lightsail-reader.ts';
import type { FailureReason } from '../../lambda/history/entry.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { SkippingTime } from '../support/skipping-time.ts';

const region = 'eu-west-1';
const patient = new AbortController().signal;
const time = new SkippingTime();

const lightsail = await closeAfterTests(
  startLightsailEmulator({
    regions: [region, 'us-east-1', 'ap-east-1'],
    notEnabledRegions: ['ap-east-1'],
  }),
);
for (let index = 1; index <= 12; index += 1) lightsail.addInstance({ region, name: `web-${index}` });
/** Uses real clients. */
function buildReader(maxAttempts: number, requestTimeoutMs = 10_000, url = lightsail.url): LightsailReader {
  const waits = clientSettings({ connectionTimeoutMs: 5_000, requestTimeoutMs, maxAttempts });
  return new LightsailReader(region, { ...settingsFor(url), ...waits }, 5, time);
}

const reader = await closeAfterTests(buildReader(1));

describe('Lightsail over HTTP', () => {
  afterEach(() => {
    jest.restoreAllMocks();
    lightsail.clearFaults();
    lightsail.clearCalls();
  });

  /** Throttled requests are sent again until the signal aborts. */
  const readWeb1 = () => reader.readFirewall(region, 'web-1', time.timeout(10_000));

  async function failureOf(reading: Promise<unknown>): Promise<ReadError> {
    const outcome = await reading.then(
      (value) => new Error(`expected a ReadError, got ${JSON.stringify(value)}`),
      (error: unknown) => error,
    );
    if (!(outcome instanceof ReadError)) throw outcome;
    return outcome;
  }

  test('the regions are those that GetRegions names, whether enabled or not', async () => {
    expect(await reader.listRegions(patient)).toEqual([region, 'us-east-1', 'ap-east-1']);
  });

  test('P1: a listing is all pages', async () => {
    const names = (await reader.listInstances(region, patient)).map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: 12 }, (_, index) => `web-${index + 1}`));
    expect(lightsail.calls().filter(({ operation }) => operation === 'GetInstances')).toHaveLength(3);
  });

  test('an instance is listed with what the alert will say of it', async () => {
    lightsail.addInstance({
      region: 'us-east-1',
      name: 'listed',
      arn: 'arn:aws:lightsail:us-east-1:1:Instance/x',
      publicIpAddress: '203.0.113.9',
    });
    const [listed] = await reader.listInstances('us-east-1', patient);
    expect(listed).toEqual({
      name: 'listed',
      facts: {
        arn: 'arn:aws:lightsail:us-east-1:1:Instance/x',
        publicIpAddress: '203.0.113.9',
        ipv6Addresses: [expect.stringMatching(/^2001:db8:/)],
        ipAddressType: 'dualstack',
        blueprintId: 'ubuntu_24_04',
      },
    });
  });

  test('P4: a failed second page is a failed listing, not the end of it', async () => {
    lightsail.addFault({ kind: 'error', operation: 'GetInstances', page: 2, name: 'ServiceException', status: 500 });
    expect((await failureOf(reader.listInstances(region, patient))).reason).toBe('service-error');
  });

  test('a page token that comes twice ends the listing as a failure', async () => {
    const body = JSON.stringify({ instances: [], nextPageToken: 'again' });
    lightsail.addFault({ kind: 'raw', operation: 'GetInstances', body, contentType: 'application/x-amz-json-1.1' });
    const failure = await failureOf(reader.listInstances(region, patient));
    expect(failure.message).toBe('GetInstances in eu-west-1 gave the same page token twice, at page 2');
  });

  test('P7: a rule is read as it came over the wire: unknown fields, nulls, wrong types, unknown protocols', async () => {
    const odd = [
      { fromPort: '22', toPort: 22, protocol: 'tcp', state: 'open', cidrs: null, somethingNew: { deep: [1] } },
      { protocol: '-1', fromPort: 0, toPort: 65535, cidrs: ['0.0.0.0/0'], ipv6Cidrs: [] },
      { protocol: 'sctp', fromPort: 132, toPort: 132, cidrs: [null, 7, '10.0.0.0/33'] },
      null,
    ];
    lightsail.addInstance({ region, name: 'odd-1', portStates: odd });
    expect(await reader.readFirewall(region, 'odd-1', patient)).toEqual(odd);
  });

  test('all closed is an empty list, and legal', async () => {
    lightsail.addInstance({ region, name: 'closed-1', portStates: [] });
    expect(await reader.readFirewall(region, 'closed-1', patient)).toEqual([]);
  });

  test.each([
    ['no list at all', undefined],
    ['null', null],
    ['text', 'open'],
    ['an object', {}],
  ])('P4: %s in place of portStates is not "all closed"', async (_, portStates) => {
    lightsail.setPortStates({ region, name: 'web-2', portStates });
    expect((await failureOf(reader.readFirewall(region, 'web-2', patient))).reason).toBe('invalid-answer');
  });

  // One row for each exception of the API page, then other errors of the connection. docs/lightsail-api.md names this
  // test.
  test.each<[string, number, FailureReason]>([
    ['ServiceException', 500, 'service-error'],
    ['InvalidInputException', 400, 'service-error'],
    ['NotFoundException', 404, 'not-found'],
    ['OperationFailureException', 400, 'service-error'],
    ['AccessDeniedException', 400, 'access-denied'],
    ['AccountSetupInProgressException', 428, 'setup-in-progress'],
    ['RegionSetupInProgressException', 428, 'setup-in-progress'],
    ['UnauthenticatedException', 403, 'unauthenticated'],
    ['ThrottlingException', 400, 'throttled'],
    ['UnrecognizedClientException', 400, 'region-not-enabled'],
    ['ExpiredTokenException', 400, 'unauthenticated'],
    ['SomethingNewException', 400, 'unexpected'],
    ['SomethingNewException', 503, 'service-error'],
  ])('P4: %s (HTTP %i) makes the instance unknown: %s', async (name, status, reason) => {
    lightsail.addFault({ kind: 'error', operation: 'GetInstancePortStates', name, status, message: 'in words' });
    const failure = await failureOf(readWeb1());
    expect(failure).toMatchObject({ reason, message: `${name}: in words` });
  });

  test.each<[string, Parameters<LightsailEmulator['addFault']>[0], FailureReason]>([
    ['a connection that is reset', { kind: 'reset' }, 'network'],
    ['a connection that is reset in mid-answer', { kind: 'reset-mid-answer' }, 'network'],
    ['an answer that is not JSON', { kind: 'raw', body: '<html>Bad gateway</html>' }, 'invalid-answer'],
    [
      'JSON that is cut off',
      { kind: 'raw', body: '{"portStates":[{"from', contentType: 'application/x-amz-json-1.1' },
      'invalid-answer',
    ],
    ['an HTTP 502 that is not JSON', { kind: 'raw', body: '<html>', status: 502 }, 'service-error'],
  ])('P4: %s makes the instance unknown', async (_, fault, reason) => {
    lightsail.addFault({ ...fault, operation: 'GetInstancePortStates' });
    expect((await failureOf(readWeb1())).reason).toBe(reason);
  });

  test('P4: an answer that never comes makes the instance unknown', async () => {
    lightsail.addFault({ kind: 'hang', operation: 'GetInstancePortStates' });
    const impatient = buildReader(1, 300);
    expect((await failureOf(impatient.readFirewall(region, 'web-1', time.timeout(10_000)))).reason).toBe('timeout');
    impatient.destroy();
  });

  test('a right answer under a wrong content type is a right answer', async () => {
    lightsail.addFault({ kind: 'content-type', operation: 'GetInstancePortStates', contentType: 'text/plain' });
    expect(await readWeb1()).toHaveLength(2);
  });

  test('an endpoint where nobody listens is a network failure', async () => {
    const nowhere = buildReader(1, 10_000, 'http://127.0.0.1:9');
    expect((await failureOf(nowhere.listRegions(patient))).reason).toBe('network');
    nowhere.destroy();
  });

  test('a region that is not enabled says so, and looks like bad credentials to nobody', async () => {
    expect((await failureOf(reader.listInstances('ap-east-1', patient))).reason).toBe('region-not-enabled');
  });

  test('throttling that passes is waited out: at least 5 attempts', async () => {
    lightsail.addFault({ kind: 'error', operation: 'GetInstancePortStates', name: 'ThrottlingException', times: 9 });
    expect(await reader.readFirewall(region, 'web-1', patient)).toHaveLength(2);
    expect(lightsail.calls()).toHaveLength(10);
  });

  test('a read that is always throttled delays no other read', async () => {
    for (let index = 1; index <= 6; index += 1) {
      const fault = { kind: 'error', operation: 'GetInstancePortStates', name: 'ThrottlingException' } as const;
      lightsail.addFault({ ...fault, instanceName: `web-${index}` });
    }
    const throttled = new AbortController();
    const readOf = (index: number, signal: AbortSignal) => reader.readFirewall(region, `web-${index}`, signal);
    const never = Promise.allSettled([1, 2, 3, 4, 5, 6].map((index) => readOf(index, throttled.signal)));
    await Promise.all([7, 8, 9, 10, 11, 12].map((index) => readOf(index, patient)));
    throttled.abort();
    expect((await never).map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
  }, 30_000);

  test('an HTTP 500 that passes is waited out, also after many that did not pass', async () => {
    const persistent = buildReader(5);
    // The SDK waits a random part of a time that doubles. Here the part is zero.
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const failing = {
      kind: 'error',
      operation: 'GetInstancePortStates',
      name: 'ServiceException',
      status: 500,
    } as const;
    lightsail.addFault(failing);
    // A call that fails five times takes 56 of the 500 tokens of the SDK's own budget.
    const calls = Array.from({ length: 12 }, () => failureOf(persistent.readFirewall(region, 'web-12', patient)));
    expect((await Promise.all(calls)).map(({ reason }) => reason)).toEqual(calls.map(() => 'service-error'));
    // The earlier test gave up its reads of web-1 to web-6, and their requests can arrive late.
    expect(lightsail.calls().filter(({ params }) => JSON.stringify(params).includes('"web-12"'))).toHaveLength(60);
    lightsail.clearFaults();
    lightsail.addFault({ ...failing, times: 4 });
    expect(await persistent.readFirewall(region, 'web-1', patient)).toHaveLength(2);
    persistent.destroy();
    expect(clientSettings().maxAttempts).toBe(5);
  });

  test('once the signal has aborted, no request is sent', async () => {
    const failure = await failureOf(reader.readFirewall(region, 'web-1', AbortSignal.abort()));
    expect(failure.reason).toBe('out-of-time');
    expect(lightsail.calls()).toEqual([]);
  });

  test('a signal that aborts ends a call under way', async () => {
    lightsail.addFault({ kind: 'delay', operation: 'GetInstancePortStates', delayMs: 5_000 });
    const failure = await failureOf(reader.readFirewall(region, 'web-1', AbortSignal.timeout(50)));
    expect(failure.reason).toBe('out-of-time');
  });
});
