import { canonicaliseReach, intersectReach, parseNetwork, type Reach } from '../../lambda/firewall/index.ts';

export interface PortQuery {
  /** `null`: any protocol. If the query has fewer than all ports (0 to 65535), `null` means tcp, udp and unknown protocols. */
  protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'other' | null;
  /** Both ends are included. For icmp and icmpv6, `type * 256 + code` takes the place of a port. */
  from: number;
  to: number;
  /** An address or a CIDR; `null`: any source. */
  source: string | null;
}

const lastPort = 65535;

/**
 * The part of the reach that the query matches, canonical. Sources that are not networks (`alias:`, `unspecified`, `unparsed:`) can contain
 * any address, so they always match. An unknown protocol can be any protocol, so it matches with all its sources. Throws RangeError if the
 * source of the query is not a network.
 */
export function filterReach(reach: readonly Reach[], door: PortQuery): Reach[] {
  checkSource(door);
  const within = reach.flatMap((one) => keepPorts(one, door));
  if (within.length === 0) return within;
  if (door.source === null) return within.length === 1 ? within : canonicaliseReach(within);
  const named = within.flatMap((one) => keepSources(one, (source) => isUnknown(one) || !isNetwork(source)));
  const networks = within.flatMap((one) => keepSources(one, isNetwork));
  const { source } = door;
  const asked = networks.map((one) => ({ ...one, sources: [source] }));
  return canonicaliseReach([...intersectReach(networks, asked), ...named]);
}

function checkSource({ source }: PortQuery): void {
  if (source !== null && !isNetwork(source))
    throw new RangeError(`The source of a port query must be an address or a CIDR; got ${JSON.stringify(source)}`);
}

function keepPorts(reach: Reach, door: PortQuery): Reach[] {
  const from = Math.max(reach.from, door.from);
  const to = Math.min(reach.to, door.to);
  return from <= to && isAsked(reach.protocol, door) ? [{ ...reach, from, to }] : [];
}

const isUnknown = ({ protocol }: Pick<Reach, 'protocol'>) => protocol.startsWith('unknown:');

function isAsked(protocol: Reach['protocol'], door: PortQuery): boolean {
  if (isUnknown({ protocol })) return true;
  if (door.protocol !== null) return protocol === door.protocol;
  return protocol === 'tcp' || protocol === 'udp' || (door.from <= 0 && door.to >= lastPort);
}

function isNetwork(source: string): boolean {
  return parseNetwork(source) !== null;
}

function keepSources(reach: Reach, isKept: (source: string) => boolean): Reach[] {
  const sources = reach.sources.filter(isKept);
  return sources.length === 0 ? [] : [{ ...reach, sources }];
}
