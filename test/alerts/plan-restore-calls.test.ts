import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closePorts, putPorts } from '../../emulators/lightsail/firewall-operations.ts';
import { Fleet } from '../../emulators/lightsail/fleet.ts';
import { defaultReadings, type LightsailReadings } from '../../emulators/lightsail/undocumented-behaviour.ts';
import { planRestoreCalls, type RestorePlan } from '../../lambda/alerts/plan-restore-calls.ts';
import { type LightsailBehaviour, lightsailBehaviour } from '../../lambda/contract/lightsail-behaviour.ts';
import { diffFirewalls, type PortState } from '../../lambda/firewall/index.ts';
import { asPortStates } from '../../lambda/firewall/rules/port-state.ts';
import { depth } from '../support/depth.ts';
import { http, rule, sshToOffice, sshToWorld } from './fixtures.ts';

const nothingConfirmed: LightsailBehaviour = {
  missingFamily: null,
  aliasAlone: null,
  opening: null,
  closing: null,
  closingUnnamed: null,
};
const plan = (now: PortState[], aim: PortState[], behaviour: Partial<LightsailBehaviour> = {}) =>
  planRestoreCalls(now, aim, { ...nothingConfirmed, ...behaviour });
const range = (from: number, to: number, cidrs: string[]) => ({ ...rule('tcp', from, cidrs, []), toPort: to });
const office = ['198.51.100.0/24'];
const ipv4Only = rule('tcp', 443, office);
const sctp = { ...sshToOffice, protocol: 'sctp' };

describe('what was not there before is closed, and nothing else is touched', () => {
  test('one rule is new: it is closed with its own sources, and a rule of one address family stays as it is', () => {
    expect(plan([ipv4Only, sshToOffice], [ipv4Only])).toEqual({
      calls: [
        {
          operation: 'CloseInstancePublicPorts',
          portInfo: { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: office, ipv6Cidrs: ['2001:db8::/32'] },
        },
      ],
      effect: 'closes tcp 22 (SSH) and leaves every other rule as it is',
      unconfirmed: 'AWS does not document what closing does with the sources of a rule',
    });
  });

  test('the rule that is new may itself name one address family, an alias alone, or no source', () => {
    const alias = { ...rule('tcp', 3389, []), cidrListAliases: ['lightsail-connect'] };
    const none = rule('udp', 53, []);
    expect(closings(plan([http, ipv4Only, alias, none], [http]))).toEqual([
      { fromPort: 443, toPort: 443, protocol: 'tcp', cidrs: office },
      { fromPort: 3389, toPort: 3389, protocol: 'tcp', cidrListAliases: ['lightsail-connect'] },
      { fromPort: 53, toPort: 53, protocol: 'udp' },
    ]);
  });

  test('rules that stay may be spelled otherwise, and may be not understood', () => {
    const stays = [{ ...ipv4Only, protocol: 'TCP' }, sctp];
    expect(closings(plan([...stays, sshToWorld], [sctp, ipv4Only]))).toHaveLength(1);
  });

  test('several rules of the same ports are closed once, with all their sources', () => {
    expect(closings(plan([rule('tcp', 22, office), rule('tcp', 22, ['192.0.2.1'])], []))).toEqual([
      { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: ['198.51.100.0/24', '192.0.2.1'] },
    ]);
  });

  test('a source that is not understood can not be named: its ports are closed without sources', () => {
    const odd = rule('tcp', 22, ['10.0.0.0/33']);
    expect(closings(plan([http, odd, rule('tcp', 22, office)], [http]))).toEqual([
      { fromPort: 22, toPort: 22, protocol: 'tcp' },
    ]);
    expect(plan([odd], [], { closingUnnamed: 'world' })).toEqual({
      problem: 'the sources of a new rule are not understood, and Close has to name them',
    });
  });

  test('the widest ports are closed first', () => {
    const all = { ...http, protocol: '-1' };
    const icmp = (from: number, to: number) => ({ ...rule('icmp', from, office), toPort: to });
    const now = [range(80, 90, office), icmp(8, 0), icmp(8, -1), icmp(-1, -1), all, range(0, 65535, office)];
    const closed = closings(plan(now, [])).map(({ protocol, fromPort, toPort }) => [protocol, fromPort, toPort]);
    expect(closed).toEqual([
      ['all', 0, 65535],
      ['icmp', -1, -1],
      ['tcp', 0, 65535],
      ['icmp', 8, -1],
      ['tcp', 80, 90],
      ['icmp', 8, 0],
    ]);
  });

  test.each<[string, PortState[], string]>([
    ['all protocols', [{ ...http, protocol: 'all' }], 'closes all protocols'],
    ['ping', [{ ...rule('icmp', 8, office), toPort: -1 }], 'closes icmp echo request (ping)'],
    ['more than four rules', [1, 2, 3, 4, 5].map((port) => rule('udp', port, office)), 'closes the 5 new rules'],
  ])('the effect is said in words: %s', (_title, now, effect) => {
    expect(plan(now, [])).toMatchObject({ effect });
  });

  test('what a real account has confirmed is no longer called undocumented', () => {
    const closing = { closing: 'sources' } as const;
    expect(plan([http, sshToWorld], [http], closing)).toMatchObject({ unconfirmed: null });
    expect(plan([rule('tcp', 22, [])], [], closing)).toMatchObject({ unconfirmed: expect.any(String) });
    expect(plan([rule('tcp', 22, [])], [], { closingUnnamed: 'every-source' })).toMatchObject({ unconfirmed: null });
  });
});

describe('otherwise the whole firewall is replaced, and the reason is said', () => {
  const overlap = 'what is new overlaps ports that stay open';
  test.each<[string, PortState[], PortState[], string]>([
    ['something was closed', [sshToOffice], [http, sshToOffice], 'ports or sources have to be opened again'],
    ['the sources of a rule became more', [sshToWorld], [sshToOffice], overlap],
    ['a wider range was opened around it', [http, { ...http, fromPort: 0, toPort: 65535 }], [http], overlap],
    ['everything was opened around it', [http, { ...http, protocol: 'all' }], [http], overlap],
    [
      'a rule that lets nothing through overlaps it',
      [http, sshToWorld, { ...http, fromPort: 20, toPort: 80, state: 'closed' }],
      [http],
      overlap,
    ],
    ['a new rule can not be named', [http, sctp], [http], 'its rule sctp 22 has a protocol that is not known'],
  ])('%s', (_title, now, aim, because) => {
    expect(plan(now, aim)).toMatchObject({
      calls: [{ operation: 'PutInstancePublicPorts' }],
      effect: `replaces the whole firewall with what it was, because ${because}`,
      unconfirmed: null,
    });
  });

  test('a rule of one address family is replaced only if Lightsail is known to leave the other one closed', () => {
    const now = [rule('tcp', 443, ['0.0.0.0/0'])];
    expect(plan(now, [ipv4Only])).toMatchObject({ problem: expect.stringContaining('AWS does not document') });
    expect(plan(now, [ipv4Only], { missingFamily: 'world' })).toEqual({
      problem:
        'its rule tcp 443 named no IPv6 sources, and Lightsail opens an address family without sources to anywhere',
    });
    expect(plan(now, [ipv4Only], { missingFamily: 'none' })).toMatchObject({
      calls: [{ portInfos: [{ fromPort: 443, toPort: 443, protocol: 'tcp', cidrs: office }] }],
    });
    const alias = { ...rule('tcp', 443, []), cidrListAliases: ['lightsail-connect'] };
    expect(plan(now, [alias], { missingFamily: 'none' })).toHaveProperty('problem');
    expect(plan(now, [alias], { aliasAlone: 'none' })).toHaveProperty('calls');
  });

  test('the same exposure needs no call', () => {
    expect(plan([http, sshToOffice], [sshToOffice, http])).toEqual({ problem: 'there is nothing to undo' });
    expect(plan([], [])).toEqual({ problem: 'there is nothing to undo' });
  });
});

function closings(found: ReturnType<typeof planRestoreCalls>) {
  if ('problem' in found) throw new Error(found.problem);
  return found.calls.map((call) => {
    if (call.operation !== 'CloseInstancePublicPorts') throw new Error(found.effect);
    return call.portInfo;
  });
}

/** Applies the calls on the stand-in, which shares no code with the product. */
function apply(now: readonly PortState[], { calls }: RestorePlan, chosen: Partial<LightsailReadings>): PortState[] {
  const readings = { ...defaultReadings, ...chosen };
  const instance = new Fleet('123456789012', Date.now).add({
    region: 'eu-west-1',
    name: 'web-1',
    portStates: [...now],
  });
  for (const call of calls) {
    if (call.operation === 'PutInstancePublicPorts') putPorts(instance, call.portInfos, readings);
    else closePorts(instance, call.portInfo, readings);
  }
  return asPortStates(instance.portStates as unknown[]);
}

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);
type Writes = Pick<
  LightsailReadings,
  'missingFamily' | 'aliasAlone' | 'opening' | 'closing' | 'closingUnnamed' | 'closingPart'
>;
const readings: fc.Arbitrary<Writes> = fc.record({
  missingFamily: oneOf('world', 'none'),
  aliasAlone: oneOf('world', 'none'),
  opening: oneOf('adds', 'replaces'),
  closing: oneOf('sources', 'ports'),
  closingUnnamed: oneOf('every-source', 'world'),
  closingPart: oneOf('leaves', 'closes'),
});
const networks = (...values: string[]) => fc.uniqueArray(oneOf(...values), { maxLength: 2 });
const portStates = fc.array(
  fc.record({
    protocol: oneOf('tcp', 'tcp', 'TCP', 'udp', 'all', '-1', 'icmp', 'icmpv6', 'gre'),
    fromPort: oneOf(-1, 0, 8, 22, 80),
    toPort: oneOf(-1, 0, 22, 80, 90, 255, 65535),
    cidrs: networks('0.0.0.0/0', '198.51.100.7', '10.0.0.0/8'),
    ipv6Cidrs: networks('::/0', '2001:db8::/32', '2001:DB8:0::1'),
    cidrListAliases: oneOf<string[]>([], [], ['lightsail-connect']),
  }),
  { maxLength: 4 },
);
/** The firewall before the change, and other rules: each is new, and some of the old ones are gone. */
const changes = fc
  .record({ before: portStates, opened: portStates, kept: fc.infiniteStream(oneOf(true, true, true, false)) })
  .map(({ before, opened, kept }) => ({
    before,
    now: [...before.filter(() => kept.next().value === true), ...opened],
  }));

describe('for random changes, and for every behaviour of Lightsail that the documents leave open', () => {
  test.each([
    ['nothing is confirmed', () => nothingConfirmed],
    ['everything is confirmed', ({ closingPart: _, ...confirmed }: Writes) => confirmed],
  ])('the calls give exactly the firewall that was aimed for, if %s', (_title, confirm) => {
    const given = { closes: 0, replaces: 0 };
    const unnamed = ({ calls }: RestorePlan) =>
      calls.some((call) => 'portInfo' in call && Object.keys(call.portInfo).length === 3);
    fc.assert(
      fc.property(changes, readings, ({ before, now }, reading) => {
        const found = planRestoreCalls(now, before, confirm(reading));
        if ('problem' in found) return;
        // Only a Close without sources depends on an unconfirmed behaviour, and the plan says so.
        if (found.unconfirmed !== null && unnamed(found) && reading.closingUnnamed === 'world') return;
        given[found.calls[0]?.operation === 'PutInstancePublicPorts' ? 'replaces' : 'closes'] += 1;
        expect(['identical', 'rewritten']).toContain(diffFirewalls(before, apply(now, found, reading)).verdict);
      }),
      { numRuns: depth({ quick: 600, full: 20_000 }) },
    );
    expect(given.closes).toBeGreaterThan(depth({ quick: 0, full: 40 }));
    expect(given.replaces).toBeGreaterThan(depth({ quick: 0, full: 5 }));
  });

  test('until a real account has answered, the product relies on nothing', () => {
    expect(lightsailBehaviour).toEqual(nothingConfirmed);
  });
});
