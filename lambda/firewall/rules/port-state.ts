/**
 * One element of `portStates` in the answer to `GetInstancePortStates`: the SDK's `InstancePortState`, but every field is optional, and a
 * text can have any value. The API returns values that the SDK's model lacks (`protocol: "-1"`, terraform-provider-aws issue 36091). At run
 * time a field can be missing, `null` or of the wrong type, and there can be further fields. Nothing of a rule is dropped.
 */
export interface PortState {
  /** tcp, udp: 0 to 65535. icmp, icmpv6: the type, -1 for every type. */
  fromPort?: number | undefined;
  /** tcp, udp: 0 to 65535. icmp, icmpv6: the code, -1 for every code. */
  toPort?: number | undefined;
  /** tcp, udp, icmp, icmpv6 or all; any other text is kept, and counts as open to anywhere. */
  protocol?: string | undefined;
  /** Always `open` (API reference). */
  state?: string | undefined;
  /** IPv4 networks and addresses. */
  cidrs?: string[] | undefined;
  /** IPv6 networks and addresses. */
  ipv6Cidrs?: string[] | undefined;
  /** Names of lists of addresses that AWS keeps: `lightsail-connect`. */
  cidrListAliases?: string[] | undefined;
}

/** The rules of one instance, and the address type that decides which rules are live (in effect). */
export interface Firewall {
  /** `portStates` of the answer to `GetInstancePortStates`. */
  rules: readonly PortState[];
  /** `dualstack`, `ipv4`, `ipv6`. Any other value, or none, is read as `dualstack`: every rule is in effect. */
  ipAddressType?: string | null | undefined;
}

/**
 * Types the elements of a `portStates` list as rules. Checks nothing and drops nothing, on purpose: all code that reads a rule accepts
 * fields of any type, and elements that are not objects.
 */
export function asPortStates(values: readonly unknown[]): PortState[] {
  return values as PortState[];
}
