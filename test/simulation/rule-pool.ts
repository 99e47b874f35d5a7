/** The firewalls of the simulated world, each in several spellings of the same exposure. */
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';

const world = { cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };
const office = { cidrs: ['198.51.100.0/24'] };

function rule(protocol: string, fromPort: number, toPort: number, sources: Partial<PortState>): PortState {
  return { protocol, fromPort, toPort, state: 'open', cidrs: [], ipv6Cidrs: [], cidrListAliases: [], ...sources };
}

const tcp = (port: number, sources: Partial<PortState>, to = port) => rule('tcp', port, to, sources);

/** Each element is one firewall: the list of its spellings, which all have the same exposure. */
export const rulePool: readonly (readonly PortState[][])[] = [
  [[], [{ ...tcp(22, world), state: 'closed' }]],
  [
    [tcp(22, office)],
    [tcp(22, { cidrs: ['198.51.100.128/25'] }), tcp(22, { cidrs: ['198.51.100.0/25'] })],
    [tcp(22, { cidrs: ['198.51.100.77/24'] })],
  ],
  [
    [tcp(22, world)],
    [tcp(22, { cidrs: ['128.0.0.0/1', '0.0.0.0/1'], ipv6Cidrs: ['0::0/0'] })],
    [tcp(22, { ipv6Cidrs: ['8000::/1', '::/1'] }), tcp(22, { cidrs: ['0.0.0.0/0', '10.0.0.0/8'] })],
  ],
  [[tcp(22, { cidrs: ['0.0.0.0/1'] })], [tcp(22, { cidrs: ['64.0.0.0/2'] }), tcp(22, { cidrs: ['0.0.0.0/2'] })]],
  [[tcp(22, { cidrs: ['128.0.0.0/1'] })]],
  [[tcp(22, { ipv6Cidrs: ['::/0'] })]],
  [
    [tcp(80, world), tcp(443, world)],
    [tcp(443, world), tcp(80, world)],
    [tcp(80, { cidrs: ['0.0.0.0/0'] }), tcp(443, world), tcp(80, { ipv6Cidrs: ['::/0'] })],
  ],
  [
    [tcp(80, world), tcp(443, world), tcp(22, office)],
    [tcp(22, { cidrs: ['198.51.100.0/24', '198.51.100.7/32'] }), tcp(443, world), tcp(80, world)],
  ],
  [
    [rule('all', 0, 65535, world)],
    [rule('-1', -1, -1, world)],
    [rule('all', 0, 65535, { cidrs: ['0.0.0.0/1', '128.0.0.0/1'], ipv6Cidrs: ['::/0'] }), tcp(22, office)],
  ],
  [
    [tcp(0, { cidrs: ['0.0.0.0/0'] }, 65535)],
    [tcp(1024, { cidrs: ['0.0.0.0/0'] }, 65535), tcp(0, { cidrs: ['0.0.0.0/0'] }, 1023)],
  ],
  [
    [rule('udp', 53, 53, { cidrs: ['10.0.0.0/8'] }), rule('icmp', 8, -1, world)],
    [rule('icmp', 8, -1, world), rule('UDP', 53, 53, { cidrs: ['10.0.0.0/9', '10.128.0.0/9'] })],
  ],
  [[tcp(22, { cidrListAliases: ['lightsail-connect'] })]],
  [
    [tcp(22, { cidrs: ['203.0.113.9/32'], ipv6Cidrs: ['2001:db8::1/128'] })],
    [tcp(22, { cidrs: ['203.0.113.9'], ipv6Cidrs: ['2001:DB8:0::1'] })],
  ],
  [[rule('icmpv6', 128, 0, { ipv6Cidrs: ['::/0'] })], [rule('icmp6', 128, 0, { ipv6Cidrs: ['::/0'] })]],
];
