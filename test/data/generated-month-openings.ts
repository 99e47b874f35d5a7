/**
 * The parts of the firewalls in the generated month: openings with a known meaning. A table states which visitors an opening lets in;
 * nothing is computed from a CIDR. So answers about the month are checked without the code that produced them.
 */
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';

/** A visitor at an address. The table knows which audiences let the visitor in. */
export const visitors = {
  stranger: { address: '203.0.113.77', isIn: ['world', 'worldIpv4'] },
  strangerIpv6: { address: '2600:1f18::77', isIn: ['world'] },
  office: { address: '198.51.100.20', isIn: ['world', 'worldIpv4', 'office'] },
  partner: { address: '192.0.2.70', isIn: ['world', 'worldIpv4', 'partner'] },
  colleague: { address: '10.1.2.3', isIn: ['world', 'worldIpv4', 'private'] },
} as const;

export type Visitor = keyof typeof visitors;

const audiences = {
  world: { cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'], cidrListAliases: [] },
  worldIpv4: { cidrs: ['0.0.0.0/0'], ipv6Cidrs: [], cidrListAliases: [] },
  office: { cidrs: ['198.51.100.0/24'], ipv6Cidrs: [], cidrListAliases: [] },
  partner: { cidrs: ['192.0.2.64/26'], ipv6Cidrs: [], cidrListAliases: [] },
  private: { cidrs: ['10.0.0.0/8'], ipv6Cidrs: [], cidrListAliases: [] },
  /** So many sources that the item is stored compressed. No two of them are adjacent. */
  customers: { cidrs: Array.from({ length: 4_000 }, (_, i) => customerCidr(i)), ipv6Cidrs: [], cidrListAliases: [] },
  browser: { cidrs: [], ipv6Cidrs: [], cidrListAliases: ['lightsail-connect'] },
} as const;

function customerCidr(index: number): string {
  return `198.18.${Math.floor(index / 100)}.${(index % 100) * 2}/32`;
}

export interface Opening {
  protocol: 'tcp' | 'udp';
  from: number;
  to: number;
  audience: keyof typeof audiences;
}

const opening = (protocol: Opening['protocol'], from: number, to: number, audience: Opening['audience']): Opening => ({
  protocol,
  from,
  to,
  audience,
});

export const https = opening('tcp', 443, 443, 'world');
export const http = opening('tcp', 80, 80, 'world');
export const sshFromOffice = opening('tcp', 22, 22, 'office');
export const portalForCustomers = opening('tcp', 9443, 9443, 'customers');
export const databaseFromAnywhere = opening('tcp', 3306, 3306, 'world');

/** At each change, one of these is opened or closed. */
export const changeable: readonly Opening[] = [
  http,
  sshFromOffice,
  databaseFromAnywhere,
  opening('tcp', 22, 22, 'world'),
  opening('tcp', 22, 22, 'browser'),
  opening('tcp', 3306, 3306, 'office'),
  opening('tcp', 3306, 3306, 'private'),
  opening('tcp', 5432, 5432, 'partner'),
  opening('tcp', 3389, 3389, 'worldIpv4'),
  opening('tcp', 8000, 8100, 'office'),
  opening('tcp', 8080, 8080, 'world'),
  opening('udp', 53, 53, 'worldIpv4'),
  opening('udp', 1194, 1194, 'partner'),
];

/** A rule in the form of Lightsail's answer. */
export function toRule({ protocol, from, to, audience }: Opening): PortState {
  const { cidrs, ipv6Cidrs, cidrListAliases } = audiences[audience];
  const sources = { cidrs: [...cidrs], ipv6Cidrs: [...ipv6Cidrs], cidrListAliases: [...cidrListAliases] };
  return { fromPort: from, toPort: to, protocol, state: 'open', ...sources };
}

/** True if the port is open to this visitor; for `anybody`: if it is open to at least one address. */
export function isOpenTo(
  openings: readonly Opening[],
  protocol: Opening['protocol'],
  port: number,
  visitor: Visitor | 'anybody',
): boolean {
  return openings.some(
    (one) =>
      one.protocol === protocol &&
      one.from <= port &&
      port <= one.to &&
      (visitor === 'anybody' || visitors[visitor].isIn.some((audience) => audience === one.audience)),
  );
}

/**
 * All visitors who can reach a port: visitors by name, and `browser` for Lightsail's own SSH in the browser, which has
 * no address.
 */
export function visitorsLetIn(openings: readonly Opening[], protocol: Opening['protocol'], port: number): string[] {
  const names = Object.keys(visitors) as Visitor[];
  const holds = (one: Opening) => one.protocol === protocol && one.from <= port && port <= one.to;
  const isByBrowser = openings.some((one) => one.audience === 'browser' && holds(one));
  return [...names.filter((name) => isOpenTo(openings, protocol, port, name)), ...(isByBrowser ? ['browser'] : [])];
}

export const probedPorts = { tcp: [22, 80, 443, 3306, 3389, 5432, 8000, 8080, 8100], udp: [53, 1194] } as const;

/** Two sets of openings have the same text if they let in the same visitors, whichever opening covers another one. */
export function meaningOf(openings: readonly Opening[]): string {
  const lines = (['tcp', 'udp'] as const).flatMap((protocol) =>
    probedPorts[protocol].map((port) => `${protocol} ${port}: ${visitorsLetIn(openings, protocol, port).join(' ')}`),
  );
  return lines.filter((line) => !line.endsWith(': ')).join('\n');
}
