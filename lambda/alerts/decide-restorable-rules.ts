/**
 * Decides if a rule can be sent back to Lightsail with the same meaning. All values must be known, and no address family can be left to a
 * Lightsail default that is unknown or opens the ports.
 */
import type { LightsailBehaviour } from '../contract/lightsail-behaviour.ts';
import { exposureOf, type PortState } from '../firewall/index.ts';
import { renderPlain } from './escape.ts';

/** One element of `portInfos` in a PutInstancePublicPorts call. Empty lists of sources are left out. */
export interface PortInfo {
  fromPort: number;
  toPort: number;
  protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'all';
  cidrs?: string[];
  ipv6Cidrs?: string[];
  cidrListAliases?: string[];
}

export interface Problem {
  problem: string;
}

type Ports = Pick<PortInfo, 'fromPort' | 'toPort' | 'protocol'>;

const protocols: ReadonlyMap<string, PortInfo['protocol']> = new Map([
  ['tcp', 'tcp'],
  ['udp', 'udp'],
  ['icmp', 'icmp'],
  ['icmpv6', 'icmpv6'],
  ['icmp6', 'icmpv6'],
  ['all', 'all'],
  ['-1', 'all'],
]);

const knownFields = ['fromPort', 'toPort', 'protocol', 'state', 'cidrs', 'ipv6Cidrs', 'cidrListAliases'];

/** PutInstancePublicPorts accepts each port range once, so rules for the same protocol and ports become one rule. */
export function decideRestorableRules(
  rules: readonly PortState[],
  behaviour: LightsailBehaviour,
): { rules: PortInfo[] } | Problem {
  const infos: PortInfo[] = [];
  for (const rule of rules) {
    const one = toRestorableRule(rule);
    if ('problem' in one) return one;
    infos.push(one);
  }
  const restorable = mergeSamePorts(infos);
  for (const rule of restorable) {
    const problem = findLeftToDefault(rule, behaviour);
    if (problem !== null) return { problem };
  }
  return { rules: restorable };
}

/** One element for each protocol and port range, with all sources. */
export function mergeSamePorts(infos: readonly PortInfo[]): PortInfo[] {
  const byPorts = new Map<string, PortInfo>();
  for (const info of infos) {
    const key = `${info.protocol} ${info.fromPort} ${info.toPort}`;
    const known = byPorts.get(key);
    byPorts.set(key, known === undefined ? info : withSources(info, [known, info]));
  }
  return [...byPorts.values()];
}

/** Returns protocol and ports as OpenInstancePublicPorts, Close… and Put… accept them. Does not check the sources. */
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

/** Returns the rule with its sources, as PutInstancePublicPorts and CloseInstancePublicPorts accept it. */
export function toRestorableRule(rule: PortState): PortInfo | Problem {
  const ports = toRestorablePorts(rule);
  if ('problem' in ports) return ports;
  const { reach, notes } = exposureOf({ rules: [rule], ipAddressType: 'dualstack' });
  const sources = reach.flatMap((each) => each.sources);
  // A rule can have none of the three lists of sources. The notes below describe this problem less clearly.
  if (sources.includes('unspecified')) return { problem: `its rule ${nameRule(rule)} named no source at all` };
  const [note] = notes;
  if (note !== undefined) return { problem: `one of its rules is not fully understood (${renderPlain(note.text)})` };
  // From here on each source is a network or a known alias: every other source has a note.
  return withSources(ports, [rule]);
}

const lists = ['cidrs', 'ipv6Cidrs', 'cidrListAliases'] as const;

/** Keeps each source once. */
function withSources({ fromPort, toPort, protocol }: Ports, rules: readonly Pick<PortState, (typeof lists)[number]>[]) {
  const info: PortInfo = { fromPort, toPort, protocol };
  for (const list of lists) {
    const sources = [...new Set(rules.flatMap((rule) => rule[list] ?? []))];
    if (sources.length > 0) info[list] = sources;
  }
  return info;
}

/**
 * A rule without sources of IPv4, of IPv6 or of both is a problem if Lightsail's default for that address family is unknown, or opens the
 * ports. `null`: no problem.
 */
function findLeftToDefault(rule: PortInfo, { missingFamily, aliasAlone }: LightsailBehaviour): string | null {
  const missing = missingFamilies(rule);
  if (missing === null) return null;
  const isAliasAlone = rule.cidrs === undefined && rule.ipv6Cidrs === undefined;
  const effect = isAliasAlone ? aliasAlone : missingFamily;
  if (effect === 'none') return null;
  const why =
    effect === 'world'
      ? 'Lightsail opens an address family without sources to anywhere'
      : 'AWS does not document what Lightsail opens for an address family without sources';
  return `its rule ${nameRule(rule)} named no ${missing} sources, and ${why}`;
}

function missingFamilies({ cidrs, ipv6Cidrs }: PortInfo): string | null {
  if (cidrs === undefined && ipv6Cidrs === undefined) return 'IPv4 and no IPv6';
  if (cidrs === undefined) return 'IPv4';
  return ipv6Cidrs === undefined ? 'IPv6' : null;
}

/** Only ICMP has -1: it means every type, or every code. */
function arePortsOf(protocol: PortInfo['protocol'], from: number, to: number): boolean {
  if (protocol === 'icmp' || protocol === 'icmpv6') return [from, to].every((value) => value >= -1 && value <= 255);
  return from >= 0 && from <= to && to <= 65535;
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

/** `tcp 22`, `icmp 8 to -1`. */
export function nameRule({ protocol, fromPort, toPort }: Pick<PortState, 'protocol' | 'fromPort' | 'toPort'>): string {
  return `${show(protocol)} ${fromPort === toPort ? show(fromPort) : `${show(fromPort)} to ${show(toPort)}`}`;
}

function show(value: unknown): string {
  return renderPlain(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none'), 60);
}
