/** Firewalls before and after a change, each with the expected restore command, or none. */
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';

export interface RestoreCase {
  title: string;
  /** Name of the instance; by default made from the number of the case. */
  name?: string;
  before: PortState[];
  after: PortState[];
  /** `dualstack` by default. */
  ipAddressType?: 'dualstack' | 'ipv4' | 'ipv6';
  /** Set if the addresses change together with the rules. */
  ipAddressTypeAfter?: 'dualstack' | 'ipv4' | 'ipv6';
}

interface RestorableCase extends RestoreCase {
  /** The operation that restores the firewall. */
  by: 'put' | 'close';
}

interface LostCase extends RestoreCase {
  /** Expected text of `restoreNote`. */
  note: RegExp;
  /**
   * The effect of a command that contains the old rules unchanged. `opens-else`: Lightsail accepts the rules and opens something else.
   * `untried`: the test does not run such a command.
   */
  naively: 'opens-else' | 'untried';
}

function rule(
  protocol: string,
  from: number,
  to: number,
  cidrs: string[],
  ipv6Cidrs: string[],
  aliases: string[] = [],
) {
  return { protocol, fromPort: from, toPort: to, state: 'open', cidrs, ipv6Cidrs, cidrListAliases: aliases };
}

const office = [['198.51.100.0/24'], ['2001:db8:100::/48']] as const;
const world = [['0.0.0.0/0'], ['::/0']] as const;
const from = (protocol: string, first: number, last: number, [v4, v6]: readonly (readonly string[])[]) =>
  rule(protocol, first, last, [...(v4 ?? [])], [...(v6 ?? [])]);
const ssh = from('tcp', 22, 22, office);
const sshOpen = from('tcp', 22, 22, world);
const http = from('tcp', 80, 80, world);
const https = from('tcp', 443, 443, world);
const connect = ['lightsail-connect'];
const hosts = Array.from({ length: 60 }, (_, n) => n + 1);
/** Every IPv4 address except 203.0.113.7: 32 blocks. */
const allButOneHost = Array.from({ length: 32 }, (_, n) => {
  const bits = 0xcb007107 ^ (1 << (31 - n));
  const base = n === 31 ? bits : bits & (-1 << (31 - n));
  return `${[24, 16, 8, 0].map((shift) => (base >>> shift) & 255).join('.')}/${n + 1}`;
});

export const restorable: RestorableCase[] = [
  { title: 'SSH widened from an office to anywhere', by: 'put', before: [ssh], after: [sshOpen] },
  { title: 'a rule removed', by: 'put', before: [ssh, http], after: [ssh] },
  {
    title: 'a rule added to several',
    by: 'close',
    before: [ssh, http, https],
    after: [ssh, http, https, from('udp', 53, 53, world)],
  },
  {
    title: 'every rule replaced by others',
    by: 'put',
    before: [ssh, http],
    after: [from('udp', 1194, 1194, office), from('tcp', 3389, 3389, world)],
  },
  { title: 'opened and closed at once', by: 'put', before: [ssh, http], after: [sshOpen, https] },
  { title: 'all closed after', by: 'put', before: [ssh, http, https], after: [] },
  { title: 'all closed before, one rule opened', by: 'close', before: [], after: [sshOpen] },
  {
    title: 'all closed before, rules of three protocols opened',
    by: 'close',
    before: [],
    after: [ssh, from('udp', 500, 4500, world), from('icmp', -1, -1, world)],
  },
  { title: 'all closed before, everything opened', by: 'close', before: [], after: [from('all', 0, 65535, world)] },
  {
    title: 'all closed before, everything opened as the wire may spell it',
    by: 'close',
    before: [],
    after: [from('-1', -1, -1, world)],
  },
  {
    title: 'all closed before, ping opened',
    by: 'close',
    before: [],
    after: [from('icmp', 8, -1, world), from('icmpv6', 128, 0, world)],
  },
  {
    title: 'all closed before, one row for each source opened',
    by: 'close',
    before: [],
    after: [from('tcp', 22, 22, [['192.0.2.1/32'], []]), from('tcp', 22, 22, [['192.0.2.2/32'], []])],
  },
  {
    title: 'a rule added beside one of one address family',
    by: 'close',
    before: [rule('udp', 1194, 1194, ['192.0.2.0/24'], [])],
    after: [rule('udp', 1194, 1194, ['192.0.2.0/24'], []), sshOpen],
  },
  { title: 'every type of ICMP closed', by: 'put', before: [ssh, from('icmp', -1, -1, world)], after: [ssh] },
  {
    title: 'ping from an office widened to every type',
    by: 'put',
    before: [from('icmp', 8, -1, office)],
    after: [from('icmp', -1, -1, office)],
  },
  {
    title: 'one type and code of ICMPv6 closed',
    by: 'put',
    before: [http, from('icmpv6', 129, 0, office)],
    after: [http],
  },
  { title: 'ICMPv6 in the spelling of the prose', by: 'put', before: [from('icmp6', -1, -1, office)], after: [http] },
  {
    title: 'everything from an office narrowed',
    by: 'put',
    before: [from('all', 0, 65535, office)],
    after: [from('tcp', 0, 65535, office)],
  },
  {
    title: 'everything, as the wire may spell it, narrowed',
    by: 'put',
    before: [from('-1', -1, -1, office)],
    after: [ssh],
  },
  {
    title: 'rows of the same ports with different sources',
    by: 'put',
    before: [rule('tcp', 22, 22, ['192.0.2.1/32'], ['2001:db8::1/128']), rule('tcp', 22, 22, ['192.0.2.2/32'], [])],
    after: [sshOpen],
  },
  {
    title: 'overlapping ranges, one shadowing the other',
    by: 'put',
    before: [from('tcp', 8000, 9000, office), from('tcp', 8080, 8080, world)],
    after: [from('tcp', 8000, 9000, world)],
  },
  {
    title: 'port 0 and the last port',
    by: 'put',
    before: [from('tcp', 0, 0, world), from('udp', 65535, 65535, office)],
    after: [],
  },
  {
    title: 'browser SSH beside named sources',
    by: 'put',
    before: [rule('tcp', 22, 22, ['192.0.2.0/24'], ['2001:db8::/64'], connect)],
    after: [sshOpen],
  },
  {
    title: 'browser SSH taken away',
    by: 'put',
    before: [rule('tcp', 22, 22, ['192.0.2.0/24'], ['2001:db8::/64'], connect), http],
    after: [rule('tcp', 22, 22, ['192.0.2.0/24'], ['2001:db8::/64']), http],
  },
  {
    title: 'the documented 60 sources of each family',
    by: 'put',
    before: [
      rule(
        'tcp',
        443,
        443,
        hosts.map((n) => `198.51.100.${n}/32`),
        hosts.map((n) => `2001:db8::${n}/128`),
      ),
    ],
    after: [https],
  },
  {
    title: 'everybody but one host',
    by: 'put',
    before: [rule('tcp', 443, 443, allButOneHost, ['::/0'])],
    after: [https],
  },
  {
    title: 'long spellings of IPv6',
    by: 'put',
    before: [rule('tcp', 22, 22, ['192.0.2.0/24'], ['2001:0DB8:0000:0000::/64'])],
    after: [],
  },
  {
    title: 'protocols in capitals',
    by: 'put',
    before: [rule('TCP', 22, 22, ['192.0.2.0/24'], ['2001:db8::/64'])],
    after: [from('TCP', 22, 22, world)],
  },
  {
    title: 'rules of both families on an instance with IPv4 alone',
    by: 'put',
    ipAddressType: 'ipv4',
    before: [ssh],
    after: [sshOpen],
  },
  {
    title: 'rules of both families on an instance with IPv6 alone',
    by: 'put',
    ipAddressType: 'ipv6',
    before: [ssh],
    after: [sshOpen],
  },
  { title: 'a name of digits, underscores and hyphens', name: '1_--_0', by: 'put', before: [ssh], after: [sshOpen] },
  { title: 'a name of 255 characters', name: 'w'.repeat(255), by: 'close', before: [], after: [sshOpen] },
];

const oneFamily =
  /named no IPv[46] sources, and AWS does not document what Lightsail opens for an address family without sources/;

export const lost: LostCase[] = [
  {
    title: 'sources of IPv4 alone',
    naively: 'opens-else',
    note: oneFamily,
    before: [rule('tcp', 22, 22, ['198.51.100.0/24'], [])],
    after: [sshOpen],
  },
  {
    title: 'sources of IPv6 alone',
    naively: 'opens-else',
    note: oneFamily,
    before: [rule('tcp', 22, 22, [], ['2001:db8:100::/48'])],
    after: [],
  },
  {
    title: 'browser SSH alone',
    naively: 'opens-else',
    note: /named no IPv4 and no IPv6 sources/,
    before: [rule('tcp', 22, 22, [], [], connect)],
    after: [],
  },
  {
    title: 'one rule of several with one family',
    naively: 'opens-else',
    note: oneFamily,
    before: [http, rule('udp', 1194, 1194, ['192.0.2.0/24'], [])],
    after: [http],
  },
  {
    title: 'ICMP from IPv4 alone',
    naively: 'opens-else',
    note: oneFamily,
    before: [rule('icmp', 8, -1, ['192.0.2.0/24'], [])],
    after: [http],
  },
  {
    title: 'other addresses than before',
    naively: 'opens-else',
    note: /the address types of the instance \(IPv4, IPv6\) changed too/,
    ipAddressType: 'ipv4',
    ipAddressTypeAfter: 'dualstack',
    before: [ssh],
    after: [sshOpen],
  },
  {
    title: 'no source at all',
    naively: 'untried',
    note: /named no source at all/,
    before: [rule('tcp', 22, 22, [], [])],
    after: [http],
  },
  {
    title: 'a CIDR that is none',
    naively: 'untried',
    note: /sources that are not understood|not fully understood/,
    before: [rule('tcp', 22, 22, ['10.0.0.0/33'], ['::/0'])],
    after: [http],
  },
  {
    title: 'a protocol that is not known',
    naively: 'untried',
    note: /protocol that is not known/,
    before: [from('sctp', 22, 22, office)],
    after: [http],
  },
  {
    title: 'a field that is not known',
    naively: 'untried',
    note: /has a field "prefixLists" that is not known/,
    before: [Object.assign(from('tcp', 22, 22, office), { prefixLists: ['pl-1'] })],
    after: [http],
  },
  {
    title: 'an alias that is not known',
    naively: 'untried',
    note: /"new-alias" is an alias that is not known/,
    before: [rule('tcp', 22, 22, ['192.0.2.0/24'], ['2001:db8::/64'], ['new-alias'])],
    after: [http],
  },
  {
    title: 'all closed before, and what is open now can not be named',
    naively: 'untried',
    note: /protocol that is not known/,
    before: [],
    after: [from('sctp', 22, 22, world)],
  },
];

/** Names that Lightsail refuses, and that a shell would execute, split or change if they were not quoted. */
export const hostileNames = [
  `it's $(touch PWNED) \`touch PWNED\` "$HOME" \\ ; touch PWNED && # * {a,b} ~`,
  '; touch PWNED #',
  'Zürich 東京',
];
