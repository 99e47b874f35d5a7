/**
 * An independent check of the effect of rules: single packets are tested against the rules, with addresses compared by Node's own
 * `BlockList`. Shares no code with the product.
 */
import { BlockList, isIPv4 } from 'node:net';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';

interface Probe {
  protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'gre';
  /** tcp, udp: the port. icmp, icmpv6: [type, code]. */
  at: number | readonly [number, number];
  /** An address, or the name of an alias. */
  source: string;
}

/** Public, private, documentation and unusual addresses of both families. */
const everywhere =
  '0.0.0.1 1.1.1.1 10.1.2.3 127.255.255.255 128.0.0.0 192.168.1.1 203.0.113.6 203.0.113.7 203.0.113.8 255.255.255.254 ::2 2001:db8::1 2600::1 9000::1 fe80::1';

/**
 * Packets at and around both ends of every rule, from every source of the rules, from addresses next to these sources,
 * and from elsewhere.
 */
export function listProbes(...firewalls: readonly (readonly PortState[])[]): Probe[] {
  const rules = firewalls.flat();
  const ends = rules.flatMap(({ fromPort = 0, toPort = 0 }) => [fromPort - 1, fromPort, toPort, toPort + 1]);
  const ports = new Set([0, 22, 80, 443, 65535, ...ends.filter((port) => port >= 0 && port <= 65535)]);
  const types = new Set([0, 8, 128, ...ends.filter((type) => type >= 0 && type <= 255)]);
  const named = rules.flatMap(({ cidrs, ipv6Cidrs }) => [...(cidrs ?? []), ...(ipv6Cidrs ?? [])]);
  const sources = new Set([...everywhere.split(' '), 'lightsail-connect', ...named.flatMap(neighboursOf)]);
  const places: Omit<Probe, 'source'>[] = [{ protocol: 'gre', at: 0 }];
  for (const at of ports) places.push({ protocol: 'tcp', at }, { protocol: 'udp', at });
  for (const type of types) {
    for (const code of [0, 3])
      places.push({ protocol: 'icmp', at: [type, code] }, { protocol: 'icmpv6', at: [type, code] });
  }
  return places.flatMap((place) => [...sources].map((source) => ({ ...place, source })));
}

/** The first address of a block; for IPv4 also the last address and its neighbours. */
function neighboursOf(cidr: string): string[] {
  const [address = '', length = '32'] = cidr.split('/');
  if (!isIPv4(address)) return [address];
  const first = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const end = first + 2 ** (32 - Number(length));
  const within = [first - 1, first, end - 1, end].filter((number) => number >= 0 && number < 2 ** 32);
  return within.map((number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.'));
}

/** The packets that get through, as text; `ipAddressType` decides which addresses the instance has. */
export function passing(probes: readonly Probe[], rules: readonly PortState[], ipAddressType: string): string[] {
  const lists = rules.map((rule) => ({ rule, sources: toSources(rule) }));
  return probes
    .filter(
      ({ source }) => !(source.includes(':') ? ipAddressType === 'ipv4' : isIPv4(source) && ipAddressType === 'ipv6'),
    )
    .filter((probe) =>
      lists.some(({ rule, sources }) => admitsPlace(rule, probe) && admitsSource(rule, sources, probe.source)),
    )
    .map(({ protocol, at, source }) => `${protocol} ${at} from ${source}`);
}

interface Sources {
  ipv4: BlockList;
  ipv6: BlockList;
}

/** One list for each family, because a `BlockList` also matches an IPv4 address with `::/0`. */
function toSources({ cidrs, ipv6Cidrs }: PortState): Sources {
  const sources = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const cidr of [...(cidrs ?? []), ...(ipv6Cidrs ?? [])]) {
    const [address = '', length = ''] = cidr.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    sources[family].addSubnet(address, Number(length), family);
  }
  return sources;
}

function admitsSource({ cidrListAliases }: PortState, sources: Sources, source: string): boolean {
  if (source === 'lightsail-connect') return (cidrListAliases ?? []).includes(source);
  const family = isIPv4(source) ? 'ipv4' : 'ipv6';
  return sources[family].check(source, family);
}

function admitsPlace(rule: PortState, { protocol, at }: Probe): boolean {
  const spelled = rule.protocol?.toLowerCase();
  if (spelled === 'all' || spelled === '-1') return true;
  if ((spelled === 'icmp6' ? 'icmpv6' : spelled) !== protocol) return false;
  const { fromPort = 0, toPort = 65535 } = rule;
  if (typeof at === 'number') return fromPort <= at && at <= toPort;
  return (fromPort === -1 || fromPort === at[0]) && (toPort === -1 || toPort === at[1]);
}
