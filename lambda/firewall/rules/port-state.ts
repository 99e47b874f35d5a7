/**
 * One element of `portStates`, as `GetInstancePortStates` answers: the SDK's `InstancePortState`, with every field optional and every
 * string open, since the wire carries values that the model does not know (`protocol: "-1"`, terraform-provider-aws issue 36091).
 * Fields may be missing, `null` or of the wrong type at run time, and there may be fields that are not named here: nothing of a rule
 * is ever dropped.
 */
export interface PortState {
  /** tcp, udp: 0 to 65535. icmp, icmpv6: the type, -1 for every type. */
  fromPort?: number | undefined;
  /** tcp, udp: 0 to 65535. icmp, icmpv6: the code, -1 for every code. */
  toPort?: number | undefined;
  protocol?: string | undefined;
  /** "Always open", says the API reference. */
  state?: string | undefined;
  cidrs?: string[] | undefined;
  ipv6Cidrs?: string[] | undefined;
  cidrListAliases?: string[] | undefined;
}

/** The rules of one instance together with what decides which of them are live. */
export interface Firewall {
  rules: readonly PortState[];
  /** `dualstack`, `ipv4`, `ipv6`; anything else, or nothing, is read as `dualstack`: every rule is live. */
  ipAddressType?: string | null | undefined;
}

/**
 * Elements of a `portStates` list as rules. Nothing is checked and nothing is dropped, on purpose: everything that reads a rule here
 * copes with fields of any type, and even with elements that are no objects.
 */
export function asPortStates(values: readonly unknown[]): PortState[] {
  return values as PortState[];
}
