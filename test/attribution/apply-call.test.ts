import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closePorts, openPorts, putPorts } from '../../emulators/lightsail/firewall-operations.ts';
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import { applyCall } from '../../lambda/attribution/apply-call.ts';
import { replayCalls } from '../../lambda/attribution/replay-calls.ts';
import { asPortStates, type PortState } from '../../lambda/firewall/rules/port-state.ts';
import { http, rule, sshToOffice, sshToWorld } from '../alerts/fixtures.ts';
import { depth } from '../support/depth.ts';
import { buildCall, close, info, put } from './records.ts';

type Instance = Parameters<typeof openPorts>[0];
const asInstance = (instance: Pick<Instance, 'portStates'>) => instance as Instance;

describe('a call applied to a firewall', () => {
  const applied = (rules: PortState[], call: ApiCall) => applyCall(rules, 'dualstack', call)?.rules ?? null;
  const office = [...(sshToOffice.cidrs ?? [])];

  test('Open adds a rule, and a request without sources opens it to the world', () => {
    const bare = buildCall({ portInfos: [info(22)] });
    expect(applied([http], bare)).toEqual([http, sshToWorld]);
    expect(applied([http], buildCall({ portInfos: [info(22, office)] }))).toEqual([http, rule('tcp', 22, office)]);
  });

  test('Close removes what it names', () => {
    expect(applied([http, sshToWorld], close(22, '10:01:00'))).toEqual([http]);
    expect(applied([http], close(22, '10:01:00'))).toEqual([http]);
    const some = buildCall({ name: 'CloseInstancePublicPorts', portInfos: [info(22, ['198.51.100.0/24'])] });
    expect(applied([sshToOffice], some)).toEqual([rule('tcp', 22, [], ['2001:db8::/32'])]);
    const bare = buildCall({ name: 'CloseInstancePublicPorts', portInfos: [info(22, ['203.0.113.7'])] });
    expect(applied([rule('tcp', 22, ['203.0.113.7/32'])], bare)).toEqual([]);
  });

  test('Put replaces all rules', () => {
    expect(applied([sshToWorld], put([80], '10:01:00'))).toEqual([http]);
    expect(applied([sshToWorld], buildCall({ name: 'PutInstancePublicPorts', portInfos: [] }))).toEqual([]);
  });

  test('SetIpAddressType leaves the rules as they are', () => {
    const call = buildCall({ name: 'SetIpAddressType', ipAddressType: 'ipv6' });
    expect(applyCall([http], 'dualstack', call)).toEqual({ rules: [http], ipAddressType: 'ipv6' });
  });

  test.each([
    ['Open without rules', buildCall()],
    ['Put without rules', buildCall({ name: 'PutInstancePublicPorts' })],
    ['SetIpAddressType without a type', buildCall({ name: 'SetIpAddressType' })],
    ['creation', buildCall({ name: 'CreateInstances' })],
    ['deletion', buildCall({ name: 'DeleteInstance' })],
    [
      'Close of a part of a range',
      buildCall({ name: 'CloseInstancePublicPorts', portInfos: [{ ...info(79), toPort: 80 }] }),
    ],
    ['Close of a part of all', buildCall({ name: 'CloseInstancePublicPorts', portInfos: [{ protocol: 'all' }] })],
    ['Close of no port', buildCall({ name: 'CloseInstancePublicPorts', portInfos: [{ protocol: 'tcp' }] })],
  ])('%s has no known result', (_, call) => {
    expect(applied([http], call)).toBeNull();
  });

  test('all is the same protocol in every spelling', () => {
    const call = buildCall({ name: 'CloseInstancePublicPorts', portInfos: [{ protocol: 'ALL' }] });
    expect(applied([{ protocol: '-1', fromPort: -1, toPort: -1, cidrs: ['0.0.0.0/0'] }, http], call)).toBeNull();
    expect(applied([{ protocol: '-1', fromPort: -1, toPort: -1, cidrs: ['0.0.0.0/0'] }], call)).toEqual([]);
  });

  test('any calls that the stand-in of Lightsail accepts explain its resulting firewall', () => {
    const sources = fc.subarray(['203.0.113.7/32', '198.51.100.0/24', '0.0.0.0/0']);
    const sources6 = fc.subarray(['2001:db8::/32', '::/0']);
    const portInfo = fc
      .record({ port: fc.constantFrom(22, 80, 443), cidrs: sources, ipv6Cidrs: sources6 })
      .map(({ port, cidrs, ipv6Cidrs }) => info(port, cidrs, ipv6Cidrs));
    const asked = fc.oneof(
      fc.record({ name: fc.constant('OpenInstancePublicPorts' as const), portInfos: fc.tuple(portInfo) }),
      fc.record({ name: fc.constant('CloseInstancePublicPorts' as const), portInfos: fc.tuple(portInfo) }),
      fc.record({
        name: fc.constant('PutInstancePublicPorts' as const),
        portInfos: fc.array(portInfo, { minLength: 1, maxLength: 3 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 5 }), (requests) => {
        const instance = { portStates: [http] as unknown[] };
        for (const { name, portInfos } of requests) {
          if (name === 'PutInstancePublicPorts') putPorts(asInstance(instance), portInfos);
          else if (name === 'OpenInstancePublicPorts') openPorts(asInstance(instance), portInfos[0]);
          else closePorts(asInstance(instance), portInfos[0]);
        }
        const end = { rules: asPortStates(instance.portStates), ipAddressType: 'dualstack' };
        const calls = requests.map((request, index) => buildCall({ ...request, eventId: `e${index}` }));
        expect(Array.isArray(replayCalls({ rules: [http], ipAddressType: 'dualstack' }, end, calls))).toBe(true);
      }),
      { numRuns: depth({ quick: 100, full: 300 }) },
    );
  });
});
