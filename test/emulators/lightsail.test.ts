import {
  CreateInstancesCommand,
  DeleteInstanceCommand,
  GetInstanceCommand,
  GetInstancePortStatesCommand,
  GetInstancesCommand,
  GetRegionsCommand,
  InvalidInputException,
  NotFoundException,
  SetIpAddressTypeCommand,
} from '@aws-sdk/client-lightsail';
import { describe, expect, test } from '@jest/globals';
import { clientOf, emulator, rulesOf, startEmulator, startLightsailForEachTest } from './lightsail-of-each-test.ts';

startLightsailForEachTest();

const world = { cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'], cidrListAliases: [] };

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
    await startEmulator();
    const command = new GetRegionsCommand({});
    expect((await clientOf().send(command)).regions).toHaveLength(20);
    for (const region of ['ap-east-1', 'ap-southeast-3', 'ap-southeast-5', 'eu-south-2']) {
      await expect(clientOf(region).send(command)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    }
  });
});

describe('instances', () => {
  test('an instance is listed with all fields of the service, in its own region only', async () => {
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

  test('a deletion between two pages makes the next page skip no instance', async () => {
    for (let n = 1; n <= 7; n += 1) emulator.addInstance({ region: 'eu-west-1', name: `web-${n}` });
    const first = await clientOf().send(new GetInstancesCommand({}));
    emulator.removeInstance({ region: 'eu-west-1', name: 'web-2' });
    const second = await clientOf().send(new GetInstancesCommand({ pageToken: first.nextPageToken }));
    expect(second.instances?.map((instance) => instance.name)).toEqual(['web-6', 'web-7']);
  });

  test('an unknown page token, or one of another region, is InvalidInputException', async () => {
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

  test('SetIpAddressType removes the address of the family, and requires acceptBundleUpdate for ipv6', async () => {
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
