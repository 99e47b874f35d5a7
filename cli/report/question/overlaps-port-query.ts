import { axisSize } from '../../../lambda/firewall/sets/rectangle.ts';
import type { QueriedPorts } from '../../options/parse-port-query.ts';

/**
 * True if an interval of a protocol's axis overlaps the port query. The rules are those of `portwatch exposed`: without a protocol, ports
 * are of tcp and udp, and all ports include every protocol; an unknown protocol always overlaps.
 */
export function overlapsPortQuery(door: QueriedPorts, protocol: string, from: number, to: number): boolean {
  if (protocol.startsWith('unknown:')) return true;
  const isWhole = door.from === 0 && door.to === axisSize - 1;
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  const isMeant = door.protocol === null ? hasPorts || isWhole : door.protocol === protocol;
  return isMeant && door.from <= to && from <= door.to;
}
