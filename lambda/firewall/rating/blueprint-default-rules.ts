import type { PortState } from '../rules/port-state.ts';

/**
 * The rules of a new instance, by blueprint; all are open to the world in both families. Source: "Default Lightsail firewall rules" in
 * docs.aws.amazon.com/lightsail/latest/userguide/understanding-firewall-and-port-mappings-in-amazon-lightsail.html. The table on that page
 * does not name AlmaLinux and Rocky, so the rules of these two are not verified. A blueprint is recognised by the prefix of its id (as
 * GetBlueprints lists ids), because ids contain versions. The id of a blueprint with SQL Server begins with `windows_server`.
 */
const defaults: readonly { startsWith: readonly string[]; tcp: readonly number[]; udp?: readonly number[] }[] = [
  { startsWith: ['cpanel'], tcp: [22, 53, 80, 443, 2078, 2083, 2087, 2089], udp: [53] },
  { startsWith: ['plesk'], tcp: [22, 53, 80, 443, 8443, 8447], udp: [53] },
  { startsWith: ['windows'], tcp: [22, 80, 3389] },
  {
    startsWith: ['amazon_linux', 'centos', 'debian', 'freebsd', 'opensuse', 'ubuntu', 'alma', 'rocky'],
    tcp: [22, 80],
  },
  {
    startsWith: [
      'wordpress',
      'ghost',
      'joomla',
      'prestashop',
      'drupal',
      'lamp',
      'django',
      'nodejs',
      'mean',
      'gitlab',
      'nginx',
      'magento',
      'redmine',
    ],
    tcp: [22, 80, 443],
  },
];

export function findDefaultRules(blueprintId: string): PortState[] | null {
  const found = defaults.find(({ startsWith }) => startsWith.some((start) => blueprintId.startsWith(start)));
  if (found === undefined) return null;
  const open = (protocol: string) => (port: number) => {
    return { protocol, fromPort: port, toPort: port, state: 'open', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };
  };
  return [...found.tcp.map(open('tcp')), ...(found.udp ?? []).map(open('udp'))];
}
