/**
 * The default rules of a new instance, by its blueprint: docs.aws.amazon.com/lightsail/latest/userguide/
 * understanding-firewall-and-port-mappings-in-amazon-lightsail.html, "Default Lightsail firewall rules".
 */
import type { PortRule } from './port-info.ts';

const byBlueprint: { pattern: RegExp; tcp: number[]; udp?: number[] }[] = [
  { pattern: /^cpanel/, tcp: [22, 53, 80, 443, 2078, 2083, 2087, 2089], udp: [53] },
  { pattern: /^plesk/, tcp: [22, 53, 80, 443, 8443, 8447], udp: [53] },
  { pattern: /^windows/, tcp: [80, 22, 3389] },
  {
    pattern: /^(wordpress|ghost|joomla|prestashop|drupal|lamp|django|nodejs|mean|gitlab|nginx|magento|redmine)/,
    tcp: [80, 22, 443],
  },
];

/** The rules are open to the world in IPv4 and IPv6. An unknown blueprint counts as plain Linux: 80 and 22. */
export function defaultRules(blueprintId: string): PortRule[] {
  const found = byBlueprint.find(({ pattern }) => pattern.test(blueprintId)) ?? { tcp: [80, 22] };
  return [
    ...found.tcp.map((port) => worldRule('tcp', port)),
    ...('udp' in found ? (found.udp ?? []) : []).map((port) => worldRule('udp', port)),
  ];
}

function worldRule(protocol: string, port: number): PortRule {
  return {
    fromPort: port,
    toPort: port,
    protocol,
    state: 'open',
    cidrs: ['0.0.0.0/0'],
    ipv6Cidrs: ['::/0'],
    cidrListAliases: [],
  };
}
