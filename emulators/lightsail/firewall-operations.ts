/** The effect of Open, Close and Put on the rules of an instance. `undocumented-behaviour.ts` lists the undocumented behaviours. */
import type { EmulatedInstance } from './fleet.ts';
import { type ParsedPortInfo, parsePortInfo, parsePortInfos, toPortRule, toSource } from './port-info.ts';
import type { LightsailReadings } from './undocumented-behaviour.ts';

/**
 * Adds a rule. If a rule with this protocol and these ports exists, adds the sources to that rule, or replaces the sources of that rule
 * (`readings.opening`).
 */
export function openPorts(instance: EmulatedInstance, portInfo: unknown, readings: LightsailReadings): string {
  const info = parsePortInfo(portInfo);
  const rules = toRules(instance.portStates);
  const kept = readings.opening === 'adds' ? rules : rules.filter((rule) => !isSamePorts(rule, info));
  instance.portStates = mergeRule(kept, info, readings);
  return describePorts(info);
}

/**
 * Removes the sources of the request from each rule with the same protocol and ports. Removes the rule if it has no source left, or if
 * `readings` says that Close closes the ports for every source. With `closingPart: 'closes'`, also cuts rules that overlap these ports.
 * Closing ports that are not open is no error.
 */
export function closePorts(instance: EmulatedInstance, portInfo: unknown, readings: LightsailReadings): string {
  const info = parsePortInfo(portInfo);
  instance.portStates = toRules(instance.portStates).flatMap((rule) => {
    if (isSamePorts(rule, info)) return withoutSources(rule, info, readings);
    const cut = readings.closingPart === 'closes' ? cutPorts(rule, info) : null;
    return cut === null ? [rule] : [...withoutSources(cut.inside, info, readings), ...cut.outside];
  });
  return describePorts(info);
}

/** Replaces all rules by `portInfos`. If one of them is refused, nothing changes. */
export function putPorts(instance: EmulatedInstance, portInfos: unknown, readings: LightsailReadings): string {
  const isEmpty = Array.isArray(portInfos) && portInfos.length === 0;
  const infos = isEmpty && readings.emptyPut === 'closes' ? [] : parsePortInfos(portInfos);
  instance.portStates = infos.reduce<unknown[]>((rules, info) => mergeRule(rules, info, readings), []);
  return infos.map(describePorts).join(', ');
}

const lists = ['cidrs', 'ipv6Cidrs', 'cidrListAliases'] as const;

function mergeRule(rules: unknown[], info: ParsedPortInfo, readings: LightsailReadings): unknown[] {
  const added = toPortRule(info, readings);
  const index = rules.findIndex((rule) => isSamePorts(rule, info));
  if (index === -1) return [...rules, added];
  const old = toRecord(rules[index]);
  const merged: Record<string, unknown> = { ...old };
  for (const list of lists) merged[list] = [...new Set([...toTexts(old[list]), ...added[list]])];
  return rules.with(index, merged);
}

function withoutSources(rule: unknown, info: ParsedPortInfo, readings: LightsailReadings): unknown[] {
  const isNamed = lists.some((list) => info[list].length > 0);
  if (isNamed ? readings.closing === 'ports' : readings.closingUnnamed === 'every-source') return [];
  const closed = isNamed ? info : { cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'], cidrListAliases: [] };
  const old = toRecord(rule);
  const left: Record<string, unknown> = { ...old };
  for (const list of lists) {
    const taken = new Set(closed[list].map(toSource));
    left[list] = toTexts(old[list]).filter((source) => !taken.has(toSource(source)));
  }
  return lists.every((list) => toTexts(left[list]).length === 0) ? [] : [left];
}

/**
 * Divides a rule into the part inside the ports of a request, and rules for the rest. Returns `null` if no part is inside. Also returns
 * `null` if no rule can describe the rest: every ICMP code of a rule except the requested one.
 */
function cutPorts(rule: unknown, info: ParsedPortInfo): { inside: unknown; outside: unknown[] } | null {
  const record = toRecord(rule);
  const [from, to] = [Number(record['fromPort']), Number(record['toPort'])];
  if (info.protocol === 'all') return { inside: rule, outside: [] };
  if (nameProtocol(record['protocol']) !== info.protocol) return null;
  if (info.protocol.startsWith('icmp')) {
    const isInside = info.fromPort === -1 || (info.fromPort === from && info.toPort === -1);
    return isInside ? { inside: rule, outside: [] } : null;
  }
  const [first, last] = [Math.max(from, info.fromPort), Math.min(to, info.toPort)];
  if (first > last) return null;
  const pieces = [
    { fromPort: from, toPort: first - 1 },
    { fromPort: last + 1, toPort: to },
  ];
  return {
    inside: { ...record, fromPort: first, toPort: last },
    outside: pieces.filter(({ fromPort, toPort }) => fromPort <= toPort).map((ports) => ({ ...record, ...ports })),
  };
}

function isSamePorts(rule: unknown, info: ParsedPortInfo): boolean {
  const { protocol, fromPort, toPort } = toRecord(rule);
  if (nameProtocol(protocol) !== info.protocol) return false;
  return info.protocol === 'all' || (fromPort === info.fromPort && toPort === info.toPort);
}

/**
 * One name for each protocol: the real API has answered `all` as "-1" (hashicorp/terraform-provider-aws issue 36091), and its reference
 * spells `icmpv6` as `icmp6`.
 */
function nameProtocol(protocol: unknown): string {
  const name = String(protocol).toLowerCase();
  if (name === '-1') return 'all';
  return name === 'icmp6' ? 'icmpv6' : name;
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
