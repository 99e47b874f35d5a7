import { axisSize } from '../../../lambda/firewall/sets/rectangle.ts';
import type { QueriedPorts } from '../../options/parse-port-query.ts';

/**
 * True if a range of ports of a protocol overlaps the port query, by the rules of `portwatch exposed`. A query without a protocol means tcp
 * and udp, or every protocol if it names all ports. An unknown protocol can be any protocol.
 */
export function overlapsPortQuery(portQuery: QueriedPorts, protocol: string, from: number, to: number): boolean {
  const isWhole = portQuery.from === 0 && portQuery.to === axisSize - 1;
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  const isMeant = portQuery.protocol === null ? hasPorts || isWhole : portQuery.protocol === protocol;
  return (isMeant || protocol.startsWith('unknown:')) && portQuery.from <= to && from <= portQuery.to;
}
