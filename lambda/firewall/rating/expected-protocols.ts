import { allProtocols } from '../sets/rectangle.ts';

/** The protocols that an expected change can name. */
export const expectedProtocols = ['tcp', 'udp', 'icmp', 'icmpv6', 'all'] as const;

/** Those that an entry is about. Ports are of tcp and udp only: an entry with ports and no protocol is about these two. */
export function readExpectedProtocols(entry: { protocol?: string; ports?: unknown }): readonly string[] {
  const protocol = entry.protocol?.toLowerCase() ?? 'all';
  if (protocol !== 'all') return [protocol];
  return entry.ports === undefined ? allProtocols : ['tcp', 'udp'];
}
