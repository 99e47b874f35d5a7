/** Echo: icmp type 8 (RFC 792), icmpv6 type 128 (RFC 4443). The preset "Ping" of the console uses 129 for IPv6, which is the reply. */
const icmpNames: Readonly<Record<string, string>> = {
  'icmp 8': 'echo request (ping)',
  'icmp 0': 'echo reply',
  'icmpv6 128': 'echo request (ping)',
  'icmpv6 129': 'echo reply',
};

/** `undefined`: only the types of ping have a name. */
export function findIcmpName(protocol: 'icmp' | 'icmpv6', type: number): string | undefined {
  return icmpNames[`${protocol} ${type}`];
}
