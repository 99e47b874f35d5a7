import type { ReachProtocol } from '../sets/reach.ts';
import { allProtocols, axisSize } from '../sets/rectangle.ts';
import { encodeValue, type RawRule } from './rule-encoding.ts';

/** The protocols and ports of a rule. The half-open interval applies to each of `protocols`. */
export interface PortReading {
  protocols: readonly ReachProtocol[];
  from: number;
  end: number;
  /** The code of a note about an unusual value; `null` if all values are usual. */
  oddity: 'ports-of-all' | 'icmp-any-type-with-code' | 'ports-not-understood' | 'unknown-protocol' | null;
}

const known: Readonly<Record<string, readonly ReachProtocol[]>> = {
  tcp: ['tcp'],
  udp: ['udp'],
  icmp: ['icmp'],
  icmpv6: ['icmpv6'],
  // The text of the API reference has icmp6, its enum has icmpv6.
  icmp6: ['icmpv6'],
  all: allProtocols,
  // The API has returned -1 for `all`: terraform-provider-aws issue 36091.
  '-1': allProtocols,
};

const wholeAxis = { from: 0, end: axisSize } as const;

/** Accepts every value. An unknown protocol is kept as a protocol of its own. Ports that are not understood are read as every port. */
export function parseProtocolAndPorts(rule: RawRule): PortReading {
  const { protocol, fromPort, toPort } = rule;
  const name = readProtocolName(protocol);
  const lowerName = name.toLowerCase();
  const protocols = Object.hasOwn(known, lowerName) ? known[lowerName] : undefined;
  if (protocols === undefined) {
    const ports = readInterval(fromPort, toPort) ?? wholeAxis;
    return { protocols: [`unknown:${name}`], ...ports, oddity: 'unknown-protocol' };
  }
  if (protocols === allProtocols) return { protocols, ...wholeAxis, oddity: readPortsOfAll(fromPort, toPort) };
  if (lowerName.startsWith('icmp')) return { protocols, ...readTypeAndCode(fromPort, toPort) };
  const ports = readInterval(fromPort, toPort);
  return { protocols, ...(ports ?? wholeAxis), oddity: ports === null ? 'ports-not-understood' : null };
}

function readProtocolName(protocol: unknown): string {
  if (typeof protocol === 'string') return protocol;
  return protocol == null ? '' : encodeValue(protocol);
}

function readPortsOfAll(fromPort: unknown, toPort: unknown): PortReading['oddity'] {
  const isUsual =
    (fromPort === 0 && toPort === axisSize - 1) ||
    (fromPort === -1 && toPort === -1) ||
    (fromPort == null && toPort == null);
  return isUsual ? null : 'ports-of-all';
}

/** `null`: a value is not a port, or the last port is before the first one. */
function readInterval(fromPort: unknown, toPort: unknown): { from: number; end: number } | null {
  if (!isIntegerIn(fromPort, 0, axisSize - 1) || !isIntegerIn(toPort, 0, axisSize - 1)) return null;
  return fromPort <= toPort ? { from: fromPort, end: toPort + 1 } : null;
}

/** icmp, icmpv6: a port is type * 256 + code, and -1 means every type or code. So (8, -1) is legal and not a range from 8 down to -1. */
function readTypeAndCode(type: unknown, code: unknown): Pick<PortReading, 'from' | 'end' | 'oddity'> {
  if (!isIntegerIn(type, -1, 255) || !isIntegerIn(code, -1, 255))
    return { ...wholeAxis, oddity: 'ports-not-understood' };
  if (type === -1) return { ...wholeAxis, oddity: code === -1 ? null : 'icmp-any-type-with-code' };
  if (code === -1) return { from: type * 256, end: (type + 1) * 256, oddity: null };
  return { from: type * 256 + code, end: type * 256 + code + 1, oddity: null };
}

function isIntegerIn(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}
