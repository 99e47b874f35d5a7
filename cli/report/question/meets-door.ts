import { axisSize } from '../../../lambda/firewall/sets/rectangle.ts';
import type { DoorPorts } from '../../commands/exposed/parse-door.ts';

/**
 * Does an interval of a protocol's axis meet what is asked about? As `portwatch exposed` reads it: without a protocol ports are tcp's and
 * udp's, and all ports are everything; a protocol that is not known may be any.
 */
export function meetsDoor(door: DoorPorts, protocol: string, from: number, to: number): boolean {
  if (protocol.startsWith('unknown:')) return true;
  const isWhole = door.from === 0 && door.to === axisSize - 1;
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  const isMeant = door.protocol === null ? hasPorts || isWhole : door.protocol === protocol;
  return isMeant && door.from <= to && from <= door.to;
}
