/**
 * Applies one call to a firewall, as Lightsail would: Open adds, Close closes what it names, Put replaces all. What the documents leave
 * open is a `CallReading`; what no reading covers can't be told.
 */
import type { PortState } from '../firewall/rules/port-state.ts';
import type { ApiCall } from './api-call.ts';
import { type CallReading, callReadings } from './call-reading.ts';
import { comparePorts } from './compare-call-ports.ts';

export interface FirewallState {
  rules: PortState[];
  ipAddressType: string | null;
}

/**
 * The firewall after the call; `null`: can't be told, since the record leaves out what the call asked for, closes part of what a rule
 * opens, or creates or deletes the instance.
 */
export function applyCall(
  rules: readonly PortState[],
  ipAddressType: string | null,
  call: ApiCall,
  reading: CallReading = callReadings[0],
): FirewallState | null {
  if (call.name === 'SetIpAddressType') {
    return call.ipAddressType === null ? null : { rules: [...rules], ipAddressType: call.ipAddressType };
  }
  if (call.portInfos === null) return null;
  const [info] = call.portInfos;
  const changed = () => {
    switch (call.name) {
      case 'PutInstancePublicPorts':
        return call.portInfos?.map((each) => toRule(each, reading)) ?? null;
      case 'OpenInstancePublicPorts':
        return info === undefined ? null : openPorts(rules, info, reading);
      case 'CloseInstancePublicPorts':
        return info === undefined ? null : closePorts(rules, info, reading);
      default:
        return null;
    }
  };
  const after = changed();
  return after === null ? null : { rules: after, ipAddressType };
}

const families = ['cidrs', 'ipv6Cidrs', 'cidrListAliases'] as const;

function openPorts(rules: readonly PortState[], info: PortState, reading: CallReading): PortState[] | null {
  if (reading.opening === 'adds') return [...rules, toRule(info, reading)];
  return [...rules.filter((rule) => comparePorts(rule, info) !== 'same'), toRule(info, reading)];
}

/** `null`: the call names part of what a rule opens, and what Lightsail makes of that is not documented. */
function closePorts(rules: readonly PortState[], info: PortState, reading: CallReading): PortState[] | null {
  const left: PortState[] = [];
  for (const rule of rules) {
    const overlap = comparePorts(rule, info);
    if (overlap === 'part') return null;
    if (overlap === 'apart') left.push(rule);
    else if (namesSources(info) && reading.closing === 'sources') left.push(...withoutSources(rule, info));
  }
  return left;
}

function withoutSources(rule: PortState, info: PortState): PortState[] {
  const left: PortState = { ...rule };
  for (const family of families) {
    const closed = new Set(listTexts(info[family]).map(spellSource));
    left[family] = listTexts(rule[family]).filter((source) => !closed.has(spellSource(source)));
  }
  return namesSources(left) ? [left] : [];
}

/** A rule as it reads back. Fields of a request that are not known are left out: whether that was right, the next read tells. */
function toRule(info: PortState, { missingFamily }: CallReading): PortState {
  const { fromPort, toPort, protocol } = info;
  const [cidrs = [], ipv6Cidrs = [], cidrListAliases = []] = families.map((family) => listTexts(info[family]));
  // Without any source a port is open to the world: that much is known (terraform-provider-aws, instance_public_ports.go).
  const isWorld = missingFamily === 'world' || !namesSources(info);
  return {
    fromPort,
    toPort,
    protocol,
    state: 'open',
    cidrs: isWorld && cidrs.length === 0 ? ['0.0.0.0/0'] : cidrs,
    ipv6Cidrs: isWorld && ipv6Cidrs.length === 0 ? ['::/0'] : ipv6Cidrs,
    cidrListAliases,
  };
}

export function namesSources(info: PortState): boolean {
  return families.some((family) => listTexts(info[family]).length > 0);
}

function listTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** A bare address is a network of one. */
function spellSource(source: string): string {
  if (source.includes('/')) return source.toLowerCase();
  if (/^[\d.]+$/.test(source)) return `${source}/32`;
  return source.includes(':') ? `${source.toLowerCase()}/128` : source;
}
