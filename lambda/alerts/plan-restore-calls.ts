/**
 * Decides the AWS calls that restore a firewall with the smallest effect. If closing the rules that were added restores the firewall, the
 * calls close only these rules. Otherwise one call replaces the whole firewall. If the calls could be wrong, the result is a problem.
 *
 * AWS does not document Put for a rule with sources of one address family: perhaps the other family becomes open to anywhere. So each rule
 * of a Put names sources of both families, unless `behaviour` shows that a family without sources stays closed. The same is true of `icmp`
 * (only IPv4) and `icmpv6` (only IPv6), because AWS does not document that Put leaves the other family empty.
 *
 * A Close names the sources of the rule if Portwatch understands the sources. The rule is then closed whether Close removes the named
 * sources or the ports (Terraform's provider closes the same way, instance_public_ports.go).
 */
import type { LightsailBehaviour } from '../contract/lightsail-behaviour.ts';
import { diffFirewalls, exposureOf, type PortState } from '../firewall/index.ts';
import { comparePorts } from '../firewall/rules/compare-ports.ts';
import { describePorts } from '../firewall/wording/describe-ports.ts';
import {
  decideRestorableRules,
  mergeSamePorts,
  nameRule,
  type PortInfo,
  type Problem,
  toRestorablePorts,
  toRestorableRule,
} from './decide-restorable-rules.ts';

export type RestoreCall =
  | { operation: 'CloseInstancePublicPorts'; portInfo: PortInfo }
  | { operation: 'PutInstancePublicPorts'; portInfos: PortInfo[] };

export interface RestorePlan {
  /** In the order in which the calls must be made. */
  calls: RestoreCall[];
  /**
   * `closes tcp 22 and leaves every other rule as it is`; or `replaces the whole firewall`, with the reason. Escape the text before you
   * show it, because the reason can contain text from Lightsail.
   */
  effect: string;
  /** The undocumented behaviour of AWS that the calls rely on; `null`: none. */
  unconfirmed: string | null;
}

const nothingToUndo = 'there is nothing to undo';

export function planRestoreCalls(
  now: readonly PortState[],
  aim: readonly PortState[],
  behaviour: LightsailBehaviour,
): RestorePlan | Problem {
  const closing = planClosing(now, aim, behaviour);
  // A firewall without rules is never restored by Put, because some clients refuse a Put with an empty list.
  if (!('problem' in closing) || closing.problem === nothingToUndo || aim.length === 0) return closing;
  const restorable = decideRestorableRules(aim, behaviour);
  if ('problem' in restorable) return restorable;
  return {
    calls: [{ operation: 'PutInstancePublicPorts', portInfos: restorable.rules }],
    effect: `replaces the whole firewall with what it was, because ${closing.problem}`,
    unconfirmed: null,
  };
}

function planClosing(
  now: readonly PortState[],
  aim: readonly PortState[],
  behaviour: LightsailBehaviour,
): RestorePlan | Problem {
  const added = now.filter((rule) => isApart(rule, aim));
  const kept = now.filter((rule) => !added.includes(rule));
  const { opened, closed } = diffFirewalls(kept, aim);
  if (opened.length > 0) return { problem: 'ports or sources have to be opened again' };
  if (closed.length > 0 || !added.every((rule) => isApart(rule, kept)))
    return { problem: 'what is new overlaps ports that stay open' };
  if (added.length === 0) return { problem: nothingToUndo };
  const infos: PortInfo[] = [];
  for (const rule of added) {
    const ports = toRestorablePorts(rule);
    if ('problem' in ports) return ports;
    const named = toRestorableRule(rule);
    infos.push('problem' in named ? ports : named);
  }
  // If Close does not accept the sources of a rule, the ports are closed without sources.
  const isUnnamed = (info: PortInfo) => infos.some((each) => isSamePorts(each, info) && !hasSources(each));
  const closings = mergeSamePorts(infos).map((info) => (isUnnamed(info) ? toPorts(info) : info));
  const isAnyUnnamed = !closings.every(hasSources);
  if (isAnyUnnamed && behaviour.closingUnnamed === 'world')
    return { problem: 'the sources of a new rule are not understood, and Close has to name them' };
  const isUnconfirmed = isAnyUnnamed ? behaviour.closingUnnamed === null : behaviour.closing === null;
  return {
    // The widest ports are closed first. If Close also cuts overlapping rules, no part of an overlapping rule remains.
    calls: closings
      .toSorted((a, b) => width(b) - width(a))
      .map((portInfo) => ({ operation: 'CloseInstancePublicPorts', portInfo })),
    effect: `closes ${namePorts(closings)}${kept.length === 0 ? '' : ' and leaves every other rule as it is'}`,
    unconfirmed: isUnconfirmed ? 'AWS does not document what closing does with the sources of a rule' : null,
  };
}

function isApart(rule: PortState, others: readonly PortState[]): boolean {
  return others.every((other) => comparePorts(rule, other) === 'apart');
}

function isSamePorts(a: PortInfo, b: PortInfo): boolean {
  return a.protocol === b.protocol && a.fromPort === b.fromPort && a.toPort === b.toPort;
}

function hasSources({ cidrs, ipv6Cidrs, cidrListAliases }: PortInfo): boolean {
  return [cidrs, ipv6Cidrs, cidrListAliases].some((list) => list !== undefined);
}

function toPorts({ fromPort, toPort, protocol }: PortInfo): PortInfo {
  return { fromPort, toPort, protocol };
}

/** A larger number means more ports, or more ICMP types and codes. Only for sorting. */
function width({ protocol, fromPort, toPort }: PortInfo): number {
  if (protocol === 'all') return Number.POSITIVE_INFINITY;
  if (!protocol.startsWith('icmp')) return toPort - fromPort;
  return fromPort === -1 ? 65_536 : toPort === -1 ? 256 : 1;
}

const maxNamed = 4;

function namePorts(infos: readonly PortInfo[]): string {
  return infos.length > maxNamed ? `the ${infos.length} new rules` : infos.map(describeInfo).join(', ');
}

/** `tcp 22 (SSH)`. */
export function describeInfo(info: PortInfo): string {
  if (info.protocol === 'all') return 'all protocols';
  const [reach] = exposureOf({ rules: [{ ...toPorts(info), cidrs: ['0.0.0.0/0'] }] }).reach;
  return reach === undefined ? nameRule(info) : describePorts(reach.protocol, reach.from, reach.to);
}
