/**
 * Decides if a rule that Lightsail returned can be sent back to Lightsail with the same meaning: all values are known, all sources are
 * named, and no value is left to a default.
 */
import { exposureOf, type PortState } from '../firewall/index.ts';
import { renderPlain } from './escape.ts';

/** One element of `portInfos`. */
export interface RestorableRule {
  fromPort: number;
  toPort: number;
  protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'all';
  cidrs: string[];
  ipv6Cidrs: string[];
  cidrListAliases?: string[];
}

export interface Problem {
  problem: string;
}

type Ports = Pick<RestorableRule, 'fromPort' | 'toPort' | 'protocol'>;

const protocols: ReadonlyMap<string, RestorableRule['protocol']> = new Map([
  ['tcp', 'tcp'],
  ['udp', 'udp'],
  ['icmp', 'icmp'],
  ['icmpv6', 'icmpv6'],
  ['icmp6', 'icmpv6'],
  ['all', 'all'],
  ['-1', 'all'],
]);

const knownFields = ['fromPort', 'toPort', 'protocol', 'state', 'cidrs', 'ipv6Cidrs', 'cidrListAliases'];

/** Rules for the same protocol and ports become one rule, because Put takes each port range once, with all its sources. */
export function toRestorableRules(rules: readonly PortState[]): { rules: RestorableRule[] } | Problem {
  const byPorts = new Map<string, RestorableRule>();
  for (const rule of rules) {
    const one = toRestorableRule(rule);
    if ('problem' in one) return one;
    const key = `${one.protocol} ${one.fromPort} ${one.toPort}`;
    const known = byPorts.get(key);
    byPorts.set(key, known === undefined ? one : mergeSources(known, one));
  }
  const restorable = [...byPorts.values()];
  for (const rule of restorable) {
    const missing = missingFamily(rule);
    if (missing !== null) {
      const problem = `its rule ${nameRule(rule)} named no ${missing} sources, and AWS does not document what Lightsail opens for an address family without sources`;
      return { problem };
    }
  }
  return { rules: restorable };
}

/** The protocol and ports of a rule, in the form that OpenInstancePublicPorts, Close… and Put… accept. */
export function toRestorablePorts(rule: PortState): Ports | Problem {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule))
    return { problem: 'one of its rules is not an object' };
  const name = `its rule ${nameRule(rule)}`;
  const unknownField = Object.keys(rule).find((field) => !knownFields.includes(field));
  if (unknownField !== undefined) {
    return { problem: `${name} has a field "${renderPlain(unknownField, 60)}" that is not known` };
  }
  const protocol = typeof rule.protocol === 'string' ? protocols.get(rule.protocol.toLowerCase()) : undefined;
  if (protocol === undefined) return { problem: `${name} has a protocol that is not known` };
  if (rule.state !== undefined && rule.state !== null && rule.state !== 'open') {
    return { problem: `${name} has the state "${show(rule.state)}", which no API call can set` };
  }
  if (protocol === 'all') return { fromPort: 0, toPort: 65535, protocol };
  const { fromPort, toPort } = rule;
  if (!isInteger(fromPort) || !isInteger(toPort) || !arePortsOf(protocol, fromPort, toPort)) {
    return { problem: `${name} has ports that are not understood` };
  }
  return { fromPort, toPort, protocol };
}

function toRestorableRule(rule: PortState): RestorableRule | Problem {
  const ports = toRestorablePorts(rule);
  if ('problem' in ports) return ports;
  const { reach, notes } = exposureOf({ rules: [rule], ipAddressType: 'dualstack' });
  const sources = reach.flatMap((each) => each.sources);
  // Checked before the notes, which describe the same problem less clearly. An old answer may have none of the three lists.
  if (sources.includes('unspecified')) return { problem: `its rule ${nameRule(rule)} named no source at all` };
  const [note] = notes;
  if (note !== undefined) return { problem: `one of its rules is not fully understood (${renderPlain(note.text)})` };
  // From here on each source is a network or a known alias: every other one has a note.
  const { cidrs, ipv6Cidrs, cidrListAliases } = rule;
  return withAliases({ ...ports, cidrs: unique(cidrs), ipv6Cidrs: unique(ipv6Cidrs) }, unique(cidrListAliases));
}

function mergeSources(a: RestorableRule, b: RestorableRule): RestorableRule {
  const cidrs = unique([...a.cidrs, ...b.cidrs]);
  const ipv6Cidrs = unique([...a.ipv6Cidrs, ...b.ipv6Cidrs]);
  return withAliases({ ...a, cidrs, ipv6Cidrs }, unique([...(a.cidrListAliases ?? []), ...(b.cidrListAliases ?? [])]));
}

function withAliases(rule: RestorableRule, aliases: string[]): RestorableRule {
  return aliases.length === 0 ? rule : { ...rule, cidrListAliases: aliases };
}

function unique(texts: readonly string[] | null | undefined): string[] {
  return [...new Set(texts ?? [])];
}

function missingFamily({ cidrs, ipv6Cidrs }: RestorableRule): string | null {
  if (cidrs.length === 0 && ipv6Cidrs.length === 0) return 'IPv4 and no IPv6';
  if (cidrs.length === 0) return 'IPv4';
  return ipv6Cidrs.length === 0 ? 'IPv6' : null;
}

/** Only ICMP has -1: it means every type, or every code. */
function arePortsOf(protocol: RestorableRule['protocol'], from: number, to: number): boolean {
  if (protocol === 'icmp' || protocol === 'icmpv6') return [from, to].every((value) => value >= -1 && value <= 255);
  return from >= 0 && from <= to && to <= 65535;
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

function nameRule({ protocol, fromPort, toPort }: PortState): string {
  return `${show(protocol)} ${fromPort === toPort ? show(fromPort) : `${show(fromPort)} to ${show(toPort)}`}`;
}

function show(value: unknown): string {
  return renderPlain(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none'), 60);
}
