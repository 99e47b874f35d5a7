/**
 * Converts a Lightsail firewall to an EC2 security group with the same exposure, in the form of DescribeSecurityGroups. Cloud Custodian
 * compares groups in this form. The conversion never makes the comparison harder for Custodian:
 *
 * - Protocol names get EC2's spelling. Closed rules and fields that EC2 does not have are left out.
 * - Each address goes to the list of its family, in unchanged spelling. An alias becomes a prefix list.
 * - Rules for the same ports become one permission without repeated sources, as in EC2's answers.
 * - A rule without sources, which EC2 does not have, stays a separate permission.
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

/** False also for `null`, which the JSON of Lightsail can have in place of `undefined`. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function distinct(values: string[]): string[] {
  return [...new Set(values)];
}
