/**
 * Applies one call to a firewall, as Lightsail would: Open adds, Close removes, Put replaces all rules. The documentation of Lightsail
 * leaves some effects open; a `CallInterpretation` decides these effects.
 */

import { comparePorts } from '../firewall/rules/compare-ports.ts';
import type { Firewall, PortState } from '../firewall/rules/port-state.ts';
import type { ApiCall } from './api-call.ts';
import { type CallInterpretation, callInterpretations, possibleInterpretations } from './call-interpretations.ts';

/**
 * Returns the firewall after the call. `null`: the firewall is not known. Reasons: the record does not show the request; the ports of a
 * closing call overlap those of a rule in part, or cannot be compared; or the call creates or deletes the instance.
 */
export function applyCall(
  firewall: Firewall,
  call: ApiCall,
  interpretation: CallInterpretation = possibleInterpretations[0] ?? callInterpretations[0],
): Firewall | null {
  const { name, ipAddressType } = call;
  if (name === 'SetIpAddressType') return ipAddressType === null ? null : { ...firewall, ipAddressType };
  const rules = changeRules(firewall.rules, call, interpretation);
  return rules === null ? null : { ...firewall, rules };
}

function changeRules(
  rules: readonly PortState[],
  { name, portInfos }: ApiCall,
  interpretation: CallInterpretation,
): PortState[] | null {
  if (portInfos === null) return null;
  if (name === 'PutInstancePublicPorts') return portInfos.map((each) => toRule(each, interpretation));
  const [info] = portInfos;
  if (info === undefined) return null;
  if (name === 'OpenInstancePublicPorts') return openPorts(rules, info, interpretation);
  return name === 'CloseInstancePublicPorts' ? closePorts(rules, info, interpretation) : null;
}

const families = ['cidrs', 'ipv6Cidrs', 'cidrListAliases'] as const;

function openPorts(rules: readonly PortState[], info: PortState, interpretation: CallInterpretation): PortState[] {
  const kept = interpretation.opening === 'adds' ? rules : rules.filter((rule) => comparePorts(rule, info) !== 'same');
  return [...kept, toRule(info, interpretation)];
}

/**
 * `null` (the documentation does not describe the result): the ports of the call and of a rule overlap but differ, or cannot be compared.
 */
function closePorts(
  rules: readonly PortState[],
  info: PortState,
  interpretation: CallInterpretation,
): PortState[] | null {
  const left: PortState[] = [];
  for (const rule of rules) {
    const overlap = comparePorts(rule, info);
    if (overlap === 'part') return null;
    if (overlap === 'apart') left.push(rule);
    else if (namesSources(info) && interpretation.closing === 'sources') left.push(...withoutSources(rule, info));
  }
  return left;
}

function withoutSources(rule: PortState, info: PortState): PortState[] {
  const left: PortState = { ...rule };
  for (const family of families) {
    const closed = new Set(listTexts(info[family]).map(normaliseSource));
    left[family] = listTexts(rule[family]).filter((source) => !closed.has(normaliseSource(source)));
  }
  return namesSources(left) ? [left] : [];
}

/** The rule that Lightsail would return after the request. Unknown fields of the request are left out, because their effect is unknown. */
function toRule(info: PortState, { missingFamily }: CallInterpretation): PortState {
  const { fromPort, toPort, protocol } = info;
  const [cidrs = [], ipv6Cidrs = [], cidrListAliases = []] = families.map((family) => listTexts(info[family]));
  // A request without any source opens the port to the world (terraform-provider-aws, instance_public_ports.go).
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

function namesSources(info: PortState): boolean {
  return families.some((family) => listTexts(info[family]).length > 0);
}

function listTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** An address without a prefix length is a network of one address. */
function normaliseSource(source: string): string {
  if (source.includes('/')) return source.toLowerCase();
  if (/^[\d.]+$/.test(source)) return `${source}/32`;
  return source.includes(':') ? `${source.toLowerCase()}/128` : source;
}
