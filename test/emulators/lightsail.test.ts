import {
  CloseInstancePublicPortsCommand,
  CreateInstancesCommand,
  DeleteInstanceCommand,
  GetInstanceCommand,
  GetInstancePortStatesCommand,
  GetInstancesCommand,
  GetRegionsCommand,
  InvalidInputException,
  LightsailClient,
  NotFoundException,
  OpenInstancePublicPortsCommand,
  type PortInfo,
  PutInstancePublicPortsCommand,
  SetIpAddressTypeCommand,
} from '@aws-sdk/client-lightsail';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LightsailEmulator, startLightsailEmulator } from '../../emulators/lightsail.ts';

let emulator: LightsailEmulator;
let clients: LightsailClient[] = [];

const world = { cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'], cidrListAliases: [] };

function clientOf(region = 'eu-west-1'): LightsailClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new LightsailClient({ region, endpoint: emulator.url, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

async function rulesOf(instanceName: string, region = 'eu-west-1') {
  return (await clientOf(region).send(new GetInstancePortStatesCommand({ instanceName }))).portStates;
}

async function put(portInfos: PortInfo[], instanceName = 'web-1') {
  return clientOf().send(new PutInstancePublicPortsCommand({ instanceName, portInfos }));
}

beforeEach(async () => {
  emulator = await startLightsailEmulator({ regions: ['eu-west-1', 'us-east-1'] });
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  await emulator.close();
});

describe('regions', () => {
  test('GetRegions names every region, enabled or not, without zones unless they are asked for', async () => {
    emulator.setRegions({ regions: ['eu-west-1', 'ap-east-1'], notEnabled: ['ap-east-1'] });
    const answer = await clientOf().send(new GetRegionsCommand({}));
    expect(answer.regions?.map((region) => region.name)).toEqual(['eu-west-1', 'ap-east-1']);
    expect(answer.regions?.[0]).toMatchObject({ displayName: 'Ireland', continentCode: 'EU', availabilityZones: [] });
    const withZones = await clientOf().send(new GetRegionsCommand({ includeAvailabilityZones: true }));
    expect(withZones.regions?.[0]?.availabilityZones?.[0]?.zoneName).toBe('eu-west-1a');
  });

  test('a region that is not enabled, or not a region, answers UnrecognizedClientException with HTTP 400', async () => {
    emulator.setRegions({ regions: ['eu-west-1', 'ap-east-1'], notEnabled: ['ap-east-1'] });
    for (const region of ['ap-east-1', 'moon-1']) {
      await expect(clientOf(region).send(new GetInstancesCommand({}))).rejects.toMatchObject({
        name: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  test('by default there are the 20 regions of the SDK, the four opt-in ones not enabled', async () => {
    await emulator.close();
    emulator = await startLightsailEmulator();
    const command = new GetRegionsCommand({});
    expect((await clientOf().send(command)).regions).toHaveLength(20);
    for (const region of ['ap-east-1', 'ap-southeast-3', 'ap-southeast-5', 'eu-south-2']) {
      await expect(clientOf(region).send(command)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    }
  });
});

describe('instances', () => {
  test('an instance is listed with all that the service tells, in its own region only', async () => {
    const arn = emulator.addInstance({ region: 'eu-west-1', name: 'web-1', tags: [{ key: 'team', value: 'shop' }] });
    const { instances } = await clientOf().send(new GetInstancesCommand({}));
    expect(arn).toMatch(/^arn:aws:lightsail:eu-west-1:123456789012:Instance\/[0-9a-f-]{36}$/);
    expect(instances).toHaveLength(1);
    expect(instances?.[0]).toMatchObject({
      name: 'web-1',
      arn,
      location: { regionName: 'eu-west-1', availabilityZone: 'eu-west-1a' },
      tags: [{ key: 'team', value: 'shop' }],
      state: { code: 16, name: 'running' },
      ipAddressType: 'dualstack',
      publicIpAddress: '203.0.113.1',
      ipv6Addresses: ['2001:db8:0:1::1'],
      blueprintId: 'ubuntu_24_04',
    });
    expect(instances?.[0]?.createdAt).toBeInstanceOf(Date);
    expect(instances?.[0]?.networking?.ports?.[0]).toEqual({
      ...world,
      fromPort: 80,
      toPort: 80,
      protocol: 'tcp',
      accessFrom: 'Anywhere (0.0.0.0/0 and ::/0)',
      accessType: 'public',
      commonName: '',
      accessDirection: 'inbound',
    });
    expect((await clientOf('us-east-1').send(new GetInstancesCommand({}))).instances).toEqual([]);
  });

  test('the list comes in pages of five, the last one without a token', async () => {
    for (let n = 1; n <= 12; n += 1) emulator.addInstance({ region: 'eu-west-1', name: `web-${n}` });
    const sizes: number[] = [];
    const names: (string | undefined)[] = [];
    let pageToken: string | undefined;
    do {
      const page = await clientOf().send(new GetInstancesCommand({ pageToken }));
      sizes.push(page.instances?.length ?? 0);
      names.push(...(page.instances ?? []).map((instance) => instance.name));
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    expect(sizes).toEqual([5, 5, 2]);
    expect(new Set(names).size).toBe(12);
  });

  test('ten instances are two pages, not two and an empty one', async () => {
    for (let n = 1; n <= 10; n += 1) emulator.addInstance({ region: 'eu-west-1', name: `web-${n}` });
    const first = await clientOf().send(new GetInstancesCommand({}));
    const second = await clientOf().send(new GetInstancesCommand({ pageToken: first.nextPageToken }));
    expect(second.instances).toHaveLength(5);
    expect(second.nextPageToken).toBeUndefined();
  });

  test('a deletion between two pages makes the next page skip nobody', async () => {
    for (let n = 1; n <= 7; n += 1) emulator.addInstance({ region: 'eu-west-1', name: `web-${n}` });
    const first = await clientOf().send(new GetInstancesCommand({}));
    emulator.removeInstance({ region: 'eu-west-1', name: 'web-2' });
    const second = await clientOf().send(new GetInstancesCommand({ pageToken: first.nextPageToken }));
    expect(second.instances?.map((instance) => instance.name)).toEqual(['web-6', 'web-7']);
  });

  test('a page token of nobody, or of another region, is InvalidInputException', async () => {
    for (let n = 1; n <= 6; n += 1) emulator.addInstance({ region: 'eu-west-1', name: `web-${n}` });
    const { nextPageToken } = await clientOf().send(new GetInstancesCommand({}));
    const wrong = new GetInstancesCommand({ pageToken: 'made-up' });
    await expect(clientOf().send(wrong)).rejects.toThrow(InvalidInputException);
    const elsewhere = new GetInstancesCommand({ pageToken: nextPageToken });
    await expect(clientOf('us-east-1').send(elsewhere)).rejects.toThrow(InvalidInputException);
  });

  test('GetInstance answers one instance, and NotFoundException for another region or name', async () => {
    emulator.addInstance({ region: 'eu-west-1', name: 'web-1' });
    const command = new GetInstanceCommand({ instanceName: 'web-1' });
    expect((await clientOf().send(command)).instance?.name).toBe('web-1');
    await expect(clientOf('us-east-1').send(command)).rejects.toThrow(NotFoundException);
  });

  test('a name that is missing or that the model refuses is InvalidInputException, with code, docs and tip', async () => {
    for (const instanceName of [undefined, '', 'x', '-web', 'web-', 'web.1', 'web 1', 'web\n1']) {
      const error = await clientOf()
        .send(new GetInstancePortStatesCommand({ instanceName }))
        .catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(InvalidInputException);
      expect(error).toMatchObject({ code: 'InvalidInputException', docs: expect.any(String), tip: expect.any(String) });
    }
  });

  test('CreateInstances makes instances with the default rules of their blueprint; a name in use is refused', async () => {
    const input = { availabilityZone: 'eu-west-1a', blueprintId: 'windows_server_2022', bundleId: 'nano_win_3_0' };
    const create = new CreateInstancesCommand({ ...input, instanceNames: ['win-1', 'win-2'] });
    const { operations } = await clientOf().send(create);
    expect(operations?.map((operation) => operation.operationType)).toEqual(['CreateInstance', 'CreateInstance']);
    expect((await rulesOf('win-1'))?.map((rule) => rule.fromPort)).toEqual([80, 22, 3389]);
    await expect(clientOf().send(create)).rejects.toThrow(InvalidInputException);
    const elsewhere = new CreateInstancesCommand({
      ...input,
      availabilityZone: 'us-east-1a',
      instanceNames: ['win-3'],
    });
    await expect(clientOf().send(elsewhere)).rejects.toThrow(InvalidInputException);
  });

  test('DeleteInstance removes the instance; a second time it is NotFoundException', async () => {
    emulator.addInstance({ region: 'eu-west-1', name: 'web-1' });
    const command = new DeleteInstanceCommand({ instanceName: 'web-1' });
    expect((await clientOf().send(command)).operations?.[0]?.status).toBe('Succeeded');
    expect(emulator.instances()).toEqual([]);
    await expect(clientOf().send(command)).rejects.toThrow(NotFoundException);
  });

  test('an instance made again under its name has a new ARN and the default rules', async () => {
    const before = emulator.addInstance({ region: 'eu-west-1', name: 'web-1', portStates: [] });
    const after = emulator.recreateInstance({ region: 'eu-west-1', name: 'web-1' });
    expect(after).not.toBe(before);
    expect((await rulesOf('web-1'))?.map((rule) => rule.fromPort)).toEqual([80, 22]);
  });

  test('SetIpAddressType takes the address of the family away, and asks for acceptBundleUpdate around ipv6', async () => {
    emulator.addInstance({ region: 'eu-west-1', name: 'web-1' });
    const input = { resourceType: 'Instance', resourceName: 'web-1' } as const;
    const client = clientOf();
    await client.send(new SetIpAddressTypeCommand({ ...input, ipAddressType: 'ipv4' }));
    const get = new GetInstanceCommand({ instanceName: 'web-1' });
    expect((await client.send(get)).instance).toMatchObject({ ipAddressType: 'ipv4', ipv6Addresses: [] });
    const toIpv6 = { ...input, ipAddressType: 'ipv6' } as const;
    await expect(client.send(new SetIpAddressTypeCommand(toIpv6))).rejects.toThrow(/acceptBundleUpdate/);
    await client.send(new SetIpAddressTypeCommand({ ...toIpv6, acceptBundleUpdate: true }));
    const { instance } = await client.send(get);
    expect(instance).toMatchObject({ ipAddressType: 'ipv6', ipv6Addresses: ['2001:db8:0:1::1'] });
    expect(instance).not.toHaveProperty('publicIpAddress');
  });
});

describe('firewalls', () => {
  beforeEach(() => void emulator.addInstance({ region: 'eu-west-1', name: 'web-1', portStates: [] }));

  test('Put replaces all rules by those given', async () => {
    await put([{ protocol: 'tcp', fromPort: 80, toPort: 80, cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] }]);
    const { operation } = await put([
      { protocol: 'tcp', fromPort: 22, toPort: 22, cidrs: ['198.51.100.7/32'], ipv6Cidrs: ['2001:db8::/64'] },
    ]);
    expect(operation).toMatchObject({ operationType: 'PutInstancePublicPorts', operationDetails: '22/tcp' });
    expect(await rulesOf('web-1')).toEqual([
      {
        protocol: 'tcp',
        fromPort: 22,
        toPort: 22,
        state: 'open',
        cidrs: ['198.51.100.7/32'],
        ipv6Cidrs: ['2001:db8::/64'],
        cidrListAliases: [],
      },
    ]);
  });

  test('each family that is left out, or empty, becomes the world: the hostile reading of what is not documented', async () => {
    const ports = { protocol: 'tcp', fromPort: 22, toPort: 22 } as const;
    const some = ['198.51.100.0/24'];
    await put([ports]);
    expect(await rulesOf('web-1')).toEqual([{ ...ports, ...world, state: 'open' }]);
    await put([{ ...ports, cidrs: [], ipv6Cidrs: [], cidrListAliases: [] }]);
    expect(await rulesOf('web-1')).toMatchObject([world]);
    await put([{ ...ports, cidrs: some, ipv6Cidrs: [] }]);
    expect(await rulesOf('web-1')).toMatchObject([{ cidrs: some, ipv6Cidrs: ['::/0'] }]);
    await put([{ ...ports, ipv6Cidrs: ['2001:db8::/32'] }]);
    expect(await rulesOf('web-1')).toMatchObject([{ cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['2001:db8::/32'] }]);
    await put([{ ...ports, cidrListAliases: ['lightsail-connect'] }]);
    expect(await rulesOf('web-1')).toMatchObject([{ ...world, cidrListAliases: ['lightsail-connect'] }]);
  });

  test('a bare address is answered with its length, a protocol in capitals in small letters', async () => {
    const info = { fromPort: 22, toPort: 22, cidrs: ['192.0.2.44'], ipv6Cidrs: ['2001:db8::1'] };
    await put([{ ...info, protocol: 'TCP' as 'tcp' }]);
    expect(await rulesOf('web-1')).toMatchObject([
      { protocol: 'tcp', cidrs: ['192.0.2.44/32'], ipv6Cidrs: ['2001:db8::1/128'] },
    ]);
  });

  test('ping, all ICMP and all protocols are taken as the documents write them', async () => {
    await put([
      { protocol: 'icmp', fromPort: 8, toPort: -1 },
      { protocol: 'icmpv6', fromPort: -1, toPort: -1 },
      { protocol: 'all', fromPort: 0, toPort: 65535 },
    ]);
    expect((await rulesOf('web-1'))?.map((rule) => [rule.protocol, rule.fromPort, rule.toPort])).toEqual([
      ['icmp', 8, -1],
      ['icmpv6', -1, -1],
      ['all', 0, 65535],
    ]);
  });

  const ssh = { protocol: 'tcp', fromPort: 22, toPort: 22 } as const;
  test.each<[string, PortInfo]>([
    ['an unknown protocol', { ...ssh, protocol: 'sctp' as 'tcp' }],
    ['the "-1" that answers may carry', { ...ssh, protocol: '-1' as 'all' }],
    ['icmp6, as the prose has it', { ...ssh, protocol: 'icmp6' as 'icmpv6' }],
    ['no protocol', { fromPort: 22, toPort: 22 }],
    ['no ports', { protocol: 'tcp' }],
    ['a port above 65535', { ...ssh, toPort: 65536 }],
    ['a port below -1', { ...ssh, fromPort: -2 }],
    ['-1 for tcp', { ...ssh, fromPort: -1 }],
    ['a range that runs backwards', { ...ssh, fromPort: 23 }],
    ['a port that is not whole', { ...ssh, fromPort: 21.5 }],
    ['an ICMP type above 255', { protocol: 'icmp', fromPort: 256, toPort: 0 }],
    ['a prefix length of 33', { ...ssh, cidrs: ['10.0.0.0/33'] }],
    ['a leading zero', { ...ssh, cidrs: ['010.0.0.1/32'] }],
    ['a blank', { ...ssh, cidrs: [' 10.0.0.0/8'] }],
    ['a range with a dash', { ...ssh, cidrs: ['192.0.2.0-192.0.2.255'] }],
    ['IPv6 among the IPv4 sources', { ...ssh, cidrs: ['::/0'] }],
    ['IPv4 among the IPv6 sources', { ...ssh, ipv6Cidrs: ['0.0.0.0/0'] }],
    ['a zone', { ...ssh, ipv6Cidrs: ['fe80::1%eth0/128'] }],
    ['an unknown alias', { ...ssh, cidrListAliases: ['everybody'] }],
    ['61 sources', { ...ssh, cidrs: Array.from({ length: 61 }, (_, n) => `198.51.100.${n}/32`) }],
  ])('%s is refused with InvalidInputException and changes nothing', async (_, info) => {
    await expect(put([{ ...ssh, fromPort: 20, cidrs: ['10.0.0.0/8'] }, info])).rejects.toThrow(InvalidInputException);
    expect(await rulesOf('web-1')).toEqual([]);
  });

  test('an empty list is refused: whether it closes everything is not documented', async () => {
    await expect(put([])).rejects.toThrow(InvalidInputException);
  });

  test('Open adds a rule, or its sources to the rule of the same ports', async () => {
    const client = clientOf();
    const open = (portInfo: PortInfo) =>
      client.send(new OpenInstancePublicPortsCommand({ instanceName: 'web-1', portInfo }));
    await open({ ...ssh, cidrs: ['192.0.2.1/32'], ipv6Cidrs: ['2001:db8::1/128'] });
    await open({ ...ssh, cidrs: ['192.0.2.2/32'], ipv6Cidrs: ['2001:db8::1/128'] });
    await open({ protocol: 'tcp', fromPort: 443, toPort: 443 });
    expect(await rulesOf('web-1')).toMatchObject([
      { fromPort: 22, cidrs: ['192.0.2.1/32', '192.0.2.2/32'], ipv6Cidrs: ['2001:db8::1/128'] },
      { fromPort: 443, ...world },
    ]);
  });

  test('Close removes the rule of these ports, or only the sources it names', async () => {
    const client = clientOf();
    const close = (portInfo: PortInfo) =>
      client.send(new CloseInstancePublicPortsCommand({ instanceName: 'web-1', portInfo }));
    await put([
      { ...ssh, cidrs: ['192.0.2.1/32', '192.0.2.2/32'] },
      { protocol: 'tcp', fromPort: 80, toPort: 90 },
    ]);
    await close({ ...ssh, cidrs: ['192.0.2.1/32'] });
    expect(await rulesOf('web-1')).toMatchObject([{ fromPort: 22, cidrs: ['192.0.2.2/32'] }, { fromPort: 80 }]);
    await close(ssh);
    await close({ protocol: 'tcp', fromPort: 80, toPort: 80 });
    expect(await rulesOf('web-1')).toMatchObject([{ fromPort: 80, toPort: 90 }]);
    await close({ protocol: 'tcp', fromPort: 80, toPort: 90 });
    expect(await rulesOf('web-1')).toEqual([]);
  });

  test('a firewall of an instance that is not there is NotFoundException', async () => {
    await expect(put([ssh], 'web-9')).rejects.toThrow(NotFoundException);
    await expect(rulesOf('web-9')).rejects.toThrow('The Instance does not exist: web-9');
  });

  test('odd answers are given exactly as they were set', async () => {
    const odd = [{ protocol: '-1', fromPort: -1, cidrs: null, shape: 'round' }, 'text', null];
    emulator.setPortStates({ region: 'eu-west-1', name: 'web-1', portStates: odd });
    const answer = await rawCall('GetInstancePortStates', { instanceName: 'web-1' });
    expect(await answer.json()).toEqual({ portStates: odd });
    emulator.setPortStates({ region: 'eu-west-1', name: 'web-1', portStates: undefined });
    expect(await (await rawCall('GetInstancePortStates', { instanceName: 'web-1' })).json()).toEqual({});
    emulator.setOverrides({ region: 'eu-west-1', name: 'web-1', overrides: { name: null, arn: 7 } });
    expect(await (await rawCall('GetInstances', {})).json()).toMatchObject({ instances: [{ name: null, arn: 7 }] });
  });
});

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

describe('the way in over HTTP', () => {
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

  test('regions, limits, faults and the call log are there too', async () => {
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

  test('what it can not read is HTTP 400 with the reason, and an unknown route lists the known ones', async () => {
    const typo = await post('add-fault', { operation: 'GetInstances', kind: 'hang', instancename: 'web-1' });
    expect(typo.status).toBe(400);
    expect(await typo.text()).toContain('instancename');
    expect((await post('remove-instance', { region: 'eu-west-1', name: 'nobody' })).status).toBe(400);
    const unknown = await post('make-coffee', {});
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ post: expect.arrayContaining(['set-port-states']) });
  });
});
