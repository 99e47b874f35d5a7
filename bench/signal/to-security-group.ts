/**
 * Converts a Lightsail firewall to an EC2 security group with the same exposure, in the form of DescribeSecurityGroups, which Cloud
 * Custodian compares. Every choice favours Custodian: protocol names get EC2's spelling, and closed rules (EC2 has none) are left out. Each
 * address goes to the list of its family, and an alias becomes a prefix list. Permissions for the same ports are grouped without
 * repetition, as in EC2's answers. A rule without sources, which EC2 does not have, stays separate. Addresses keep their spelling. Fields
 * that EC2 does not have are lost.
 */
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';

interface IpPermission {
  IpProtocol: string;
  FromPort?: number;
  ToPort?: number;
  IpRanges: { CidrIp: string }[];
  Ipv6Ranges: { CidrIpv6: string }[];
  PrefixListIds: { PrefixListId: string }[];
  UserIdGroupPairs: [];
}

interface SecurityGroup {
  IpPermissions: IpPermission[];
  IpPermissionsEgress: [];
}

export function toSecurityGroup(rules: readonly PortState[]): SecurityGroup {
  const groups = new Map<string, PortState[]>();
  for (const rule of rules.filter((rule) => rule.state !== 'closed')) {
    const key = JSON.stringify([toPorts(rule), addressesOf(rule).length + aliasesOf(rule).length > 0]);
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return { IpPermissions: [...groups.values()].map(toPermission), IpPermissionsEgress: [] };
}

function toPermission(rules: PortState[]): IpPermission {
  const addresses = distinct(rules.flatMap(addressesOf));
  const aliases = distinct(rules.flatMap(aliasesOf));
  return {
    ...toPorts(rules[0] ?? {}),
    IpRanges: addresses.filter((address) => !address.includes(':')).map((CidrIp) => ({ CidrIp })),
    Ipv6Ranges: addresses.filter((address) => address.includes(':')).map((CidrIpv6) => ({ CidrIpv6 })),
    PrefixListIds: aliases.map((alias) => ({ PrefixListId: `pl-${alias}` })),
    UserIdGroupPairs: [],
  };
}

function addressesOf(rule: PortState): string[] {
  return [...(rule.cidrs ?? []), ...(rule.ipv6Cidrs ?? [])];
}

function aliasesOf(rule: PortState): string[] {
  return rule.cidrListAliases ?? [];
}

/** EC2 writes all protocols as `-1`, without ports. */
function toPorts(rule: PortState): Pick<IpPermission, 'IpProtocol' | 'FromPort' | 'ToPort'> {
  const protocol = (rule.protocol ?? '').toLowerCase();
  if (protocol === 'all' || protocol === '-1') return { IpProtocol: '-1' };
  const IpProtocol = protocol === 'icmp6' ? 'icmpv6' : protocol;
  return {
    IpProtocol,
    ...(isNumber(rule.fromPort) && { FromPort: rule.fromPort }),
    ...(isNumber(rule.toPort) && { ToPort: rule.toPort }),
  };
}

/** The wire format has `null` where the type has `undefined`. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function distinct(values: string[]): string[] {
  return [...new Set(values)];
}
