import { GetInstancesCommand } from '@aws-sdk/client-lightsail';
import { describe, expect, test } from '@jest/globals';
import { clientOf, emulator, rulesOf, startLightsailForEachTest } from '../lightsail-of-each-test.ts';

startLightsailForEachTest();

function rawCall(operation: string, params: unknown, authorization = signature): Promise<Response> {
  return fetch(emulator.url, {
    method: 'POST',
    headers: { 'x-amz-target': `Lightsail_20161128.${operation}`, authorization },
    body: typeof params === 'string' ? params : JSON.stringify(params),
  });
}

const signature =
  'AWS4-HMAC-SHA256 Credential=test/20261123/eu-west-1/lightsail/aws4_request, SignedHeaders=host, Signature=00';

describe('requests that no SDK would send', () => {
  test.each([
    ['an operation it does not know', 'RebootEverything', {}, signature, 'UnknownOperationException'],
    ['a body that is not JSON', 'GetInstances', '{', signature, 'SerializationException'],
    ['a body that is a list', 'GetInstances', [], signature, 'SerializationException'],
    ['no signature', 'GetInstances', {}, '', 'MissingAuthenticationTokenException'],
    ['a name of the wrong type', 'GetInstancePortStates', { instanceName: 7 }, signature, 'InvalidInputException'],
  ])('%s is answered with HTTP 400 and the name of the error', async (_, operation, params, authorization, name) => {
    const answer = await rawCall(operation, params, authorization);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: name });
  });
});

describe('the control over HTTP', () => {
  const post = (name: string, value: unknown) =>
    fetch(`${emulator.url}/_emulator/${name}`, { method: 'POST', body: JSON.stringify(value) });

  test('instances are added, changed, made again and removed as in process', async () => {
    const where = { region: 'eu-west-1', name: 'web-1' };
    const added = await (await post('add-instance', where)).json();
    expect((await rulesOf('web-1'))?.map((rule) => rule.fromPort)).toEqual([80, 22]);
    await post('set-port-states', { ...where, portStates: [] });
    expect(await rulesOf('web-1')).toEqual([]);
    await post('set-ip-address-type', { ...where, ipAddressType: 'ipv4' });
    expect(emulator.instances()[0]?.ipAddressType).toBe('ipv4');
    expect(await (await post('recreate-instance', where)).json()).not.toEqual(added);
    await post('remove-instance', where);
    expect(await (await fetch(`${emulator.url}/_emulator/instances`)).json()).toEqual([]);
  });

  test('regions, limits, faults and the call log are available, too', async () => {
    await post('set-regions', { regions: ['eu-west-1'], notEnabled: [] });
    await post('set-rate-limit', { perSecond: 100 });
    await post('set-latency', { ms: 1 });
    await post('add-fault', { operation: 'GetInstances', kind: 'error', name: 'AccessDeniedException', times: 1 });
    await expect(clientOf().send(new GetInstancesCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const calls = await (await fetch(`${emulator.url}/_emulator/calls`)).json();
    expect(calls).toMatchObject([{ operation: 'GetInstances', region: 'eu-west-1', params: {}, outcome: 400 }]);
    await post('clear-calls', {});
    expect(emulator.calls()).toEqual([]);
  });

  test('invalid input is HTTP 400 with the reason, and an unknown route lists the known ones', async () => {
    const typo = await post('add-fault', { operation: 'GetInstances', kind: 'hang', instancename: 'web-1' });
    expect(typo.status).toBe(400);
    expect(await typo.text()).toContain('instancename');
    expect((await post('remove-instance', { region: 'eu-west-1', name: 'nobody' })).status).toBe(400);
    const unknown = await post('make-coffee', {});
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ post: expect.arrayContaining(['set-port-states']) });
  });
});

test('odd answers are given exactly as they were set', async () => {
  emulator.addInstance({ region: 'eu-west-1', name: 'web-1' });
  const odd = [{ protocol: '-1', fromPort: -1, cidrs: null, shape: 'round' }, 'text', null];
  emulator.setPortStates({ region: 'eu-west-1', name: 'web-1', portStates: odd });
  const answer = await rawCall('GetInstancePortStates', { instanceName: 'web-1' });
  expect(await answer.json()).toEqual({ portStates: odd });
  emulator.setPortStates({ region: 'eu-west-1', name: 'web-1', portStates: undefined });
  expect(await (await rawCall('GetInstancePortStates', { instanceName: 'web-1' })).json()).toEqual({});
  emulator.setOverrides({ region: 'eu-west-1', name: 'web-1', overrides: { name: null, arn: 7 } });
  expect(await (await rawCall('GetInstances', {})).json()).toMatchObject({ instances: [{ name: null, arn: 7 }] });
});
