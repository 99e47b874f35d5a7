import type { NewInstance } from '../../emulators/lightsail/fleet.ts';

/** A web server with its database port open to an office. Five rules give the items of the table an ordinary size. */
const ordinaryRules = [
  rule('tcp', 22, 22, ['198.51.100.0/24', '203.0.113.7/32'], []),
  rule('tcp', 80, 80, ['0.0.0.0/0'], ['::/0']),
  rule('tcp', 443, 443, ['0.0.0.0/0'], ['::/0']),
  rule('tcp', 5432, 5432, ['198.51.100.0/24'], []),
  rule('icmp', 8, -1, ['0.0.0.0/0'], []),
];

/** `count` instances, distributed evenly over the regions. */
export function buildFleet(count: number, regions: readonly string[]): NewInstance[] {
  return Array.from({ length: count }, (_, index) => ({
    region: regions[index % regions.length] ?? 'eu-west-1',
    name: `web-${String(index + 1).padStart(3, '0')}`,
    portStates: ordinaryRules,
  }));
}

function rule(protocol: string, fromPort: number, toPort: number, cidrs: string[], ipv6Cidrs: string[]) {
  return { protocol, fromPort, toPort, state: 'open', cidrs, ipv6Cidrs, cidrListAliases: [] };
}
