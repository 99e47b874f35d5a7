/**
 * The effect of a firewall, computed probe by probe: a few hundred probes of (protocol, port, source) are tested against the rules. Uses
 * nothing of the product, so it can't share the product's mistakes. A set of probes is a bigint, one bit for each probe.
 */
import { BlockList } from 'node:net';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { Reach } from '../../lambda/firewall/sets/reach.ts';

interface Probe {
  protocol: string;
  /** On icmp and icmpv6: type * 256 + code. */
  port: number;
  source: string;
  family: 'ipv4' | 'ipv6' | 'name';
}

const ports: Record<string, number[]> = {
  tcp: [0, 21, 22, 23, 79, 80, 81, 443, 444, 1023, 1024, 65535],
  udp: [0, 52, 53, 54],
  icmp: [0, 2047, 2048, 2303, 2304],
  icmpv6: [0, 32767, 32768, 32769],
  other: [0],
};
const sources = {
  ipv4: '1.2.3.4 10.1.2.3 10.200.0.1 100.64.0.1 127.255.255.255 128.0.0.1 198.51.100.7 198.51.100.200 203.0.113.9 255.255.255.255',
  ipv6: '::1 2001:db8::1 2001:db8::2 9000::1',
  name: 'alias:lightsail-connect',
};

const probes: readonly Probe[] = Object.entries(ports).flatMap(([protocol, list]) =>
  list.flatMap((port) =>
    (['ipv4', 'ipv6', 'name'] as const).flatMap((family) =>
      sources[family].split(' ').map((source) => ({ protocol, port, source, family })),
    ),
  ),
);

const remembered = new Map<string, bigint>();

/** The probes that get through these rules on an instance with addresses of this type. */
export function probeFirewall(rules: readonly PortState[], ipAddressType: string | null): bigint {
  return remember(`${ipAddressType} ${JSON.stringify(rules)}`, (probe) => {
    if (probe.family === 'ipv6' && ipAddressType === 'ipv4') return false;
    if (probe.family === 'ipv4' && ipAddressType === 'ipv6') return false;
    return rules.some((rule) => letsThrough(rule, probe));
  });
}

/** The probes that are in this reach. */
export function probeReach(reach: readonly Reach[]): bigint {
  return remember(JSON.stringify(reach), (probe) =>
    reach.some(
      ({ protocol, from, to, sources: reached }) =>
        protocol === probe.protocol &&
        from <= probe.port &&
        probe.port <= to &&
        reached.some((text) => holdsSource(text, probe)),
    ),
  );
}

/** The probes in `after` that are not in `before`. */
export function probesOpened(before: bigint, after: bigint): bigint {
  return after & ~before;
}

/** For messages: the first few probes of a set. */
export function describeProbes(set: bigint): string {
  const hits = probes.filter((_, index) => (set >> BigInt(index)) & 1n);
  const words = hits.slice(0, 4).map(({ protocol, port, source }) => `${protocol} ${port} from ${source}`);
  return hits.length === 0 ? 'nothing' : `${words.join(', ')}${hits.length > 4 ? `, ${hits.length - 4} more` : ''}`;
}

function remember(key: string, isHit: (probe: Probe) => boolean): bigint {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  let bits = '0b';
  for (const probe of probes.toReversed()) bits += isHit(probe) ? '1' : '0';
  const set = BigInt(bits);
  remembered.set(key, set);
  return set;
}

function letsThrough(rule: PortState, probe: Probe): boolean {
  if (rule.state === 'closed') return false;
  const protocol = (rule.protocol ?? '').toLowerCase().replace('icmp6', 'icmpv6');
  const isAll = protocol === 'all' || protocol === '-1';
  if (!isAll && (protocol !== probe.protocol || !holdsPort(rule, probe))) return false;
  const names = (rule.cidrListAliases ?? []).map((alias) => `alias:${alias}`);
  return [...(rule.cidrs ?? []), ...(rule.ipv6Cidrs ?? []), ...names].some((text) => holdsSource(text, probe));
}

function holdsPort({ fromPort = -1, toPort = -1 }: PortState, { protocol, port }: Probe): boolean {
  if (!protocol.startsWith('icmp')) return fromPort <= port && port <= toPort;
  const isType = fromPort === -1 || fromPort === Math.floor(port / 256);
  return isType && (toPort === -1 || toPort === port % 256);
}

const lists = new Map<string, BlockList>();

function holdsSource(text: string, { source, family }: Probe): boolean {
  if (text.startsWith('alias:') || family === 'name') return text === source;
  const textFamily = text.includes(':') ? 'ipv6' : 'ipv4';
  if (textFamily !== family) return false;
  let list = lists.get(text);
  if (list === undefined) {
    list = new BlockList();
    const [address = '', bits] = text.split('/');
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
    lists.set(text, list);
  }
  return list.check(source, family);
}
