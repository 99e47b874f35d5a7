import type { ReachProtocol } from '../sets/reach.ts';
import { axisSize } from '../sets/rectangle.ts';
import { replaceUnprintable } from './replace-unprintable.ts';
import { findServiceName } from './service-names.ts';

/** Describes an inclusive interval of ports: `tcp 22 (SSH)`, `all udp ports`, `icmp echo request (ping)`. */
export function describePorts(protocol: ReachProtocol, from: number, to: number): string {
  const isWholeAxis = from === 0 && to === axisSize - 1;
  if (protocol === 'icmp' || protocol === 'icmpv6') return describeIcmp(protocol, from, to, isWholeAxis);
  if (protocol === 'other') return 'all other IP protocols';
  if (protocol === 'tcp' || protocol === 'udp') {
    if (isWholeAxis) return `all ${protocol} ports`;
    const service = from === to ? findServiceName(protocol, from) : undefined;
    return `${protocol} ${describeInterval(from, to)}${service === undefined ? '' : ` (${service})`}`;
  }
  const name = `unknown protocol "${replaceUnprintable(protocol.slice('unknown:'.length))}"`;
  return isWholeAxis ? name : `${name} ${describeInterval(from, to)}`;
}

/**
 * Echo: icmp type 8 (RFC 792), icmpv6 type 128 (RFC 4443). The preset "Ping" of the Lightsail console uses icmpv6 type 129: the echo reply,
 * not the request.
 */
const icmpNames: Readonly<Record<string, string>> = {
  'icmp 8': 'echo request (ping)',
  'icmp 0': 'echo reply',
  'icmpv6 128': 'echo request (ping)',
  'icmpv6 129': 'echo reply',
};

/** True if the description needs the verb "are". */
export function isPlural(ports: string): boolean {
  return ports.startsWith('all ') && ports.endsWith('s');
}

function describeInterval(from: number, to: number): string {
  return from === to ? `${from}` : `${from}-${to}`;
}

function describeIcmp(protocol: 'icmp' | 'icmpv6', from: number, to: number, isWholeAxis: boolean): string {
  if (isWholeAxis) return protocol === 'icmp' ? 'all ICMP' : 'all ICMPv6';
  const [type, code] = [Math.floor(from / 256), from % 256];
  const [lastType, lastCode] = [Math.floor(to / 256), to % 256];
  const isWholeTypes = code === 0 && lastCode === 255;
  const name = type === lastType ? icmpNames[`${protocol} ${type}`] : undefined;
  if (name !== undefined && (isWholeTypes || (code === 0 && lastCode === 0))) return `${protocol} ${name}`;
  if (isWholeTypes) return type === lastType ? `${protocol} type ${type}` : `${protocol} types ${type}-${lastType}`;
  if (type !== lastType) return `${protocol} type ${type} code ${code} to type ${lastType} code ${lastCode}`;
  return code === lastCode
    ? `${protocol} type ${type} code ${code}`
    : `${protocol} type ${type} codes ${code}-${lastCode}`;
}
