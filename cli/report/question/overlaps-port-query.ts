import { axisSize } from '../../../lambda/firewall/sets/rectangle.ts';
import type { QueriedPorts } from '../../options/parse-port-query.ts';

/**
 * True if an interval of a protocol's axis overlaps the port query, by the rules of `portwatch exposed`. Without a protocol, ports mean tcp
 * and udp, and all ports include every protocol. An unknown protocol can be any protocol.
 */
export function overlapsPortQuery(portQuery: QueriedPorts, protocol: string, from: number, to: number): boolean {
  const isWhole = portQuery.from === 0 && portQuery.to === axisSize - 1;
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  const isMeant = portQuery.protocol === null ? hasPorts || isWhole : portQuery.protocol === protocol;
  return (isMeant || protocol.startsWith('unknown:')) && portQuery.from <= to && from <= portQuery.to;
}
