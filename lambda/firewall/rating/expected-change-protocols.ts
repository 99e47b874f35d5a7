import { allProtocols } from '../sets/rectangle.ts';

/** The values of `protocol` in an expected change. In an approval, `unknown:<text>` is possible, too. */
export const expectedProtocols = ['tcp', 'udp', 'icmp', 'icmpv6', 'all'] as const;

/**
 * The protocols that an expected change allows. Only tcp and udp have ports, so `ports` with `all`, or without `protocol`, means these two.
 */
export function readExpectedProtocols(entry: { protocol?: string; ports?: unknown }): readonly string[] {
  const protocol = entry.protocol?.toLowerCase() ?? 'all';
  if (protocol !== 'all') return [protocol];
  return entry.ports === undefined ? allProtocols : ['tcp', 'udp'];
}
