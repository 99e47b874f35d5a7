/** The effect of Open, Close and Put on the rules of an instance. */
import type { EmulatedInstance } from './fleet.ts';
import { type ParsedPortInfo, parsePortInfo, parsePortInfos, toPortRule } from './port-info.ts';

/** Adds a rule. If a rule with this protocol and these ports exists, adds the sources to that rule. */
export function openPorts(instance: EmulatedInstance, portInfo: unknown): string {
  const info = parsePortInfo(portInfo);
  instance.portStates = mergeRule(toRules(instance.portStates), info);
  return describePorts(info);
}

/**
 * Without sources: removes every rule with this protocol and these ports. With sources: removes these sources from the rule, and the
 * rule when no source is left. Closing ports that are not open is no error.
 */
export function closePorts(instance: EmulatedInstance, portInfo: unknown): string {
  const info = parsePortInfo(portInfo);
  instance.portStates = toRules(instance.portStates).flatMap((rule) => {
    if (!isSamePorts(rule, info)) return [rule];
    const left = withoutSources(rule, info);
    return left === undefined ? [] : [left];
  });
  return describePorts(info);
}

/** Replaces all rules by `portInfos`. If one of them is refused, nothing changes. */
export function putPorts(instance: EmulatedInstance, portInfos: unknown): string {
  const infos = parsePortInfos(portInfos);
  instance.portStates = infos.reduce<unknown[]>(mergeRule, []);
  return infos.map(describePorts).join(', ');
}

const lists = ['cidrs', 'ipv6Cidrs', 'cidrListAliases'] as const;

function mergeRule(rules: unknown[], info: ParsedPortInfo): unknown[] {
  const added = toPortRule(info);
  const index = rules.findIndex((rule) => isSamePorts(rule, info));
  if (index === -1) return [...rules, added];
  const old = toRecord(rules[index]);
  const merged: Record<string, unknown> = { ...old };
  for (const list of lists) merged[list] = [...new Set([...toTexts(old[list]), ...added[list]])];
  return rules.with(index, merged);
}

function withoutSources(rule: unknown, info: ParsedPortInfo): unknown {
  if (lists.every((list) => info[list].length === 0)) return undefined;
  const old = toRecord(rule);
  const left: Record<string, unknown> = { ...old };
  for (const list of lists) {
    const taken = new Set<unknown>(info[list]);
    left[list] = toTexts(old[list]).filter((source) => !taken.has(source));
  }
  return lists.every((list) => toTexts(left[list]).length === 0) ? undefined : left;
}

function isSamePorts(rule: unknown, info: ParsedPortInfo): boolean {
  const { protocol, fromPort, toPort } = toRecord(rule);
  // The real API has answered `all` as "-1" (hashicorp/terraform-provider-aws issue 36091).
  if (info.protocol === 'all') return protocol === 'all' || protocol === '-1';
  return protocol === info.protocol && fromPort === info.fromPort && toPort === info.toPort;
}

function describePorts(info: ParsedPortInfo): string {
  const range = info.fromPort === info.toPort ? `${info.fromPort}` : `${info.fromPort}-${info.toPort}`;
  return `${range}/${info.protocol}`;
}

function toRules(portStates: unknown): unknown[] {
  return Array.isArray(portStates) ? portStates : [];
}

function toRecord(rule: unknown): Record<string, unknown> {
  return typeof rule === 'object' && rule !== null ? { ...rule } : {};
}

function toTexts(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
