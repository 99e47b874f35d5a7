import type { ReachProtocol } from './reach.ts';
import type { SourceSet } from './source-set.ts';

/**
 * One protocol, a half-open interval of its ports, and the sources that can reach them. Rectangles of different spaces are never merged
 * or subtracted. A space is a protocol; a rule with an unknown field has a space of its own in each of its protocols.
 */
export interface Rectangle {
  space: string;
  protocol: ReachProtocol;
  from: number;
  end: number;
  sources: SourceSet;
}

/** The number of ports of a protocol. On icmp and icmpv6: of pairs of type and code. */
export const axisSize = 65536;

/** The protocols that `all` stands for, in the order in which reach is listed. */
export const allProtocols = ['tcp', 'udp', 'icmp', 'icmpv6', 'other'] as const satisfies readonly ReachProtocol[];

/** The order in which reach is listed: tcp, udp, icmp, icmpv6, other, then unknown protocols by name. */
export function compareProtocols(a: ReachProtocol, b: ReachProtocol): number {
  if (a === b) return 0;
  return protocolRank(a) - protocolRank(b) || (a < b ? -1 : 1);
}

function protocolRank(protocol: ReachProtocol): number {
  const known: readonly ReachProtocol[] = allProtocols;
  const rank = known.indexOf(protocol);
  return rank < 0 ? known.length : rank;
}
