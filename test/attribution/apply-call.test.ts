import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closePorts, openPorts, putPorts } from '../../emulators/lightsail/firewall-operations.ts';
import { defaultReadings } from '../../emulators/lightsail/undocumented-behaviour.ts';
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import { applyCall } from '../../lambda/attribution/apply-call.ts';
import {
  type CallInterpretation,
  callInterpretations,
  listPossibleInterpretations,
} from '../../lambda/attribution/call-interpretations.ts';
import { replayCalls } from '../../lambda/attribution/replay-calls.ts';
import { asPortStates, type PortState } from '../../lambda/firewall/rules/port-state.ts';
import { http, rule, sshToOffice, sshToWorld } from '../alerts/fixtures.ts';
import { depth } from '../support/depth.ts';
import { buildCall, close, info, put } from './records.ts';

type Instance = Parameters<typeof openPorts>[0];
/** Values of a wrong type, as outside data may have them. */
const asTexts = (value: unknown) => value as string[];
const asInstance = (instance: Pick<Instance, 'portStates'>) => instance as Instance;

describe('a call applied to a firewall', () => {
  const applied = (rules: PortState[], call: ApiCall) =>
    applyCall({ rules, ipAddressType: 'dualstack' }, call)?.rules ?? null;
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
    expect(applyCall({ rules: [http], ipAddressType: 'dualstack' }, call)).toEqual({
      rules: [http],
      ipAddressType: 'ipv6',
    });
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
    expect(applyCall({ rules: [http], ipAddressType: 'dualstack' }, call)).toBeNull();
  });

  test.each([
    ['Open of no rule', buildCall({ portInfos: [] })],
    ['Close of no rule', buildCall({ name: 'CloseInstancePublicPorts', portInfos: [] })],
    ['creation with rules', buildCall({ name: 'CreateInstances', portInfos: [info(22)] })],
  ])('%s has no known result', (_, call) => {
    expect(applyCall({ rules: [http], ipAddressType: 'dualstack' }, call)).toBeNull();
  });

  test.each([null, 'tcp 22', 7])('Close of a firewall with %p in place of a rule has no known result', (odd) => {
    expect(applied(asPortStates([odd]), close(22, '10:01:00'))).toBeNull();
    expect(applied(asPortStates([odd]), put([80], '10:01:00'))).toEqual([http]);
  });

  test.each<[string, Partial<CallInterpretation>, PortState[], Partial<ApiCall>, PortState[]]>([
    [
      'adds a rule',
      {},
      [rule('tcp', 22, office)],
      { portInfos: [info(22, ['10.0.0.0/8'])] },
      [rule('tcp', 22, office), rule('tcp', 22, ['10.0.0.0/8'])],
    ],
    [
      'replaces the sources of the rule',
      { opening: 'replaces' },
      [http, rule('tcp', 22, office)],
      { portInfos: [info(22, ['10.0.0.0/8'])] },
      [http, rule('tcp', 22, ['10.0.0.0/8'])],
    ],
    ['opens no other family', {}, [], { portInfos: [info(22, office)] }, [rule('tcp', 22, office)]],
    [
      'opens IPv6 to the world',
      { missingFamily: 'world' },
      [],
      { portInfos: [info(22, office)] },
      [rule('tcp', 22, office, ['::/0'])],
    ],
    [
      'opens IPv4 to the world',
      { missingFamily: 'world' },
      [],
      { portInfos: [info(22, [], ['fd00::/8'])] },
      [rule('tcp', 22, ['0.0.0.0/0'], ['fd00::/8'])],
    ],
    [
      'keeps both families',
      { missingFamily: 'world' },
      [],
      { portInfos: [info(22, office, ['fd00::/8'])] },
      [rule('tcp', 22, office, ['fd00::/8'])],
    ],
    [
      'keeps the names of lists',
      {},
      [],
      { portInfos: [{ ...info(22), cidrListAliases: ['lightsail-connect'] }] },
      [{ ...rule('tcp', 22, []), cidrListAliases: ['lightsail-connect'] }],
    ],
    [
      'leaves out sources that are no text',
      {},
      [],
      { portInfos: [{ ...info(22), cidrs: asTexts([7, '10.0.0.0/8', null]), ipv6Cidrs: asTexts('::/0') }] },
      [rule('tcp', 22, ['10.0.0.0/8'])],
    ],
  ])('Open %s', (_, interpretation, rules, request, expected) => {
    const call = buildCall(request);
    expect(applyCall({ rules, ipAddressType: null }, call, { ...callInterpretations[0], ...interpretation })).toEqual({
      rules: expected,
      ipAddressType: null,
    });
  });

  test.each<[string, CallInterpretation['closing'], PortState, Partial<PortState>, PortState[]]>([
    [
      'one source',
      'sources',
      rule('tcp', 22, ['10.0.0.0/8', '192.0.2.1/32']),
      { cidrs: ['10.0.0.0/8'] },
      [rule('tcp', 22, ['192.0.2.1/32'])],
    ],
    [
      'the ports for all sources',
      'ports',
      rule('tcp', 22, ['10.0.0.0/8', '192.0.2.1/32']),
      { cidrs: ['10.0.0.0/8'] },
      [],
    ],
    ['every source, if it names none', 'sources', rule('tcp', 22, ['10.0.0.0/8'], ['fd00::/8']), {}, []],
    ['every source, if its list is empty', 'sources', rule('tcp', 22, ['10.0.0.0/8']), { cidrs: [] }, []],
    [
      'a host with its prefix',
      'sources',
      rule('tcp', 22, ['192.0.2.1', '192.0.2.2']),
      { cidrs: ['192.0.2.1/32'] },
      [rule('tcp', 22, ['192.0.2.2'])],
    ],
    [
      'a host without its prefix',
      'sources',
      rule('tcp', 22, ['192.0.2.1/32', '192.0.2.2/32']),
      { cidrs: ['192.0.2.1'] },
      [rule('tcp', 22, ['192.0.2.2/32'])],
    ],
    [
      'no network of the same first address',
      'sources',
      rule('tcp', 22, ['10.0.0.0/8']),
      { cidrs: ['10.0.0.0'] },
      [rule('tcp', 22, ['10.0.0.0/8'])],
    ],
    [
      'an IPv6 host in another spelling',
      'sources',
      rule('tcp', 22, [], ['2001:db8::a/128', '2001:db8::b/128']),
      { ipv6Cidrs: ['2001:DB8::A'] },
      [rule('tcp', 22, [], ['2001:db8::b/128'])],
    ],
    [
      'an IPv6 host without its prefix',
      'sources',
      rule('tcp', 22, [], ['2001:DB8::A', '2001:db8::b']),
      { ipv6Cidrs: ['2001:db8::a/128'] },
      [rule('tcp', 22, [], ['2001:db8::b'])],
    ],
    [
      'an IPv6 network in another spelling',
      'sources',
      rule('tcp', 22, [], ['2001:DB8::/32', 'fd00::/8']),
      { ipv6Cidrs: ['2001:db8::/32'] },
      [rule('tcp', 22, [], ['fd00::/8'])],
    ],
    [
      'a list of addresses by its name',
      'sources',
      { ...rule('tcp', 22, ['10.0.0.0/8']), cidrListAliases: ['lightsail-connect'] },
      { cidrListAliases: ['lightsail-connect'] },
      [rule('tcp', 22, ['10.0.0.0/8'])],
    ],
    [
      'nothing under a name in another spelling',
      'sources',
      { ...rule('tcp', 22, []), cidrListAliases: ['lightsail-connect'] },
      { cidrListAliases: ['lightsail-connect/32'] },
      [{ ...rule('tcp', 22, []), cidrListAliases: ['lightsail-connect'] }],
    ],
  ])('Close closes %s', (_, closing, open, request, expected) => {
    const call = buildCall({ name: 'CloseInstancePublicPorts', portInfos: [{ ...info(22), ...request }] });
    expect(applyCall({ rules: [open], ipAddressType: 'ipv4' }, call, { ...callInterpretations[0], closing })).toEqual({
      rules: expected,
      ipAddressType: 'ipv4',
    });
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
          if (name === 'PutInstancePublicPorts') putPorts(asInstance(instance), portInfos, defaultReadings);
          else if (name === 'OpenInstancePublicPorts') openPorts(asInstance(instance), portInfos[0], defaultReadings);
          else closePorts(asInstance(instance), portInfos[0], defaultReadings);
        }
        const end = { rules: asPortStates(instance.portStates), ipAddressType: 'dualstack' };
        const calls = requests.map((request, index) => buildCall({ ...request, eventId: `e${index}` }));
        expect(Array.isArray(replayCalls({ rules: [http], ipAddressType: 'dualstack' }, end, calls))).toBe(true);
      }),
      { numRuns: depth({ quick: 100, full: 300 }) },
    );
  });
});

test('interpretations that a real account has refuted are not tried', () => {
  const unknown = { missingFamily: null, aliasAlone: null, opening: null, closing: null, closingUnnamed: null };
  expect(listPossibleInterpretations(unknown)).toEqual(callInterpretations);
  expect(listPossibleInterpretations({ ...unknown, missingFamily: 'world', closing: 'ports' })).toEqual([
    { missingFamily: 'world', opening: 'adds', closing: 'ports' },
    { missingFamily: 'world', opening: 'replaces', closing: 'ports' },
  ]);
});
