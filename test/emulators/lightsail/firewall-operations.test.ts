import {
  CloseInstancePublicPortsCommand,
  GetOperationsForResourceCommand,
  InvalidInputException,
  NotFoundException,
  OpenInstancePublicPortsCommand,
  type PortInfo,
  PutInstancePublicPortsCommand,
} from '@aws-sdk/client-lightsail';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { clientOf, emulator, rulesOf, startLightsailForEachTest } from '../lightsail-of-each-test.ts';

startLightsailForEachTest();

const world = { cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'], cidrListAliases: [] };

async function put(portInfos: PortInfo[], instanceName = 'web-1') {
  return clientOf().send(new PutInstancePublicPortsCommand({ instanceName, portInfos }));
}

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

  test('each family that is left out, or empty, becomes the world: the most dangerous of the undocumented behaviours', async () => {
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

  test('where no document decides, each behaviour can be chosen', async () => {
    const client = clientOf();
    const instanceName = 'web-1';
    const open = (portInfo: PortInfo) => client.send(new OpenInstancePublicPortsCommand({ instanceName, portInfo }));
    const close = (portInfo: PortInfo) => client.send(new CloseInstancePublicPortsCommand({ instanceName, portInfo }));
    emulator.setReadings({ missingFamily: 'none', opening: 'replaces', closing: 'ports', closingPart: 'closes' });
    await put([
      { ...ssh, cidrs: ['192.0.2.1/32', '192.0.2.2/32'] },
      { protocol: 'tcp', fromPort: 80, toPort: 90 },
      { protocol: 'tcp', fromPort: 3389, toPort: 3389, cidrListAliases: ['lightsail-connect'] },
    ]);
    expect(await rulesOf('web-1')).toMatchObject([
      { cidrs: ['192.0.2.1/32', '192.0.2.2/32'], ipv6Cidrs: [] },
      world,
      { ...world, cidrListAliases: ['lightsail-connect'] },
    ]);
    await open({ ...ssh, cidrs: ['192.0.2.3/32'] });
    expect((await rulesOf('web-1'))?.at(-1)).toMatchObject({ fromPort: 22, cidrs: ['192.0.2.3/32'] });
    await close({ protocol: 'tcp', fromPort: 84, toPort: 86 });
    await close({ ...ssh, cidrs: ['198.51.100.0/24'] });
    expect((await rulesOf('web-1'))?.map(({ fromPort, toPort }) => [fromPort, toPort])).toEqual([
      [80, 83],
      [87, 90],
      [3389, 3389],
    ]);
  });

  test('the next reads can still show the rules before a change', async () => {
    emulator.setLateReads({ reads: 1 });
    await put([ssh]);
    expect([await rulesOf('web-1'), await rulesOf('web-1')]).toMatchObject([[], [{ fromPort: 22 }]]);
  });

  test('each change is an operation of its instance, oldest first, page by page', async () => {
    const client = clientOf();
    for (let i = 0; i < 6; i += 1) await put([{ ...ssh, fromPort: i }]);
    const pages = [];
    let pageToken: string | undefined;
    do {
      const page = await client.send(new GetOperationsForResourceCommand({ resourceName: 'web-1', pageToken }));
      pages.push(page.operations?.map(({ operationDetails }) => operationDetails));
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    expect(pages).toEqual([['0-22/tcp', '1-22/tcp', '2-22/tcp', '3-22/tcp', '4-22/tcp'], ['5-22/tcp']]);
    await expect(client.send(new GetOperationsForResourceCommand({ resourceName: 'web-9' }))).rejects.toThrow(
      NotFoundException,
    );
  });

  test('a firewall of an instance that is not there is NotFoundException', async () => {
    await expect(put([ssh], 'web-9')).rejects.toThrow(NotFoundException);
    await expect(rulesOf('web-9')).rejects.toThrow('The Instance does not exist: web-9');
  });
});
