import type { PortState } from './port-state.ts';
import { isRawRule } from './rule-encoding.ts';

type Ports = Pick<PortState, 'protocol' | 'fromPort' | 'toPort'>;

/**
 * Compares the ports of a rule with those of an API call or another rule. `part`: only some ports are the same, or they cannot be compared.
 * `apart`: no port is the same.
 */
export function comparePorts(rule: Ports, request: Ports): 'same' | 'part' | 'apart' {
  const [a, b] = [nameProtocol(rule), nameProtocol(request)];
  if (a === null || b === null) return 'part';
  if (a !== b) return a === 'all' || b === 'all' ? 'part' : 'apart';
  if (a === 'all') return 'same';
  const [from, to, otherFrom, otherTo] = [rule.fromPort, rule.toPort, request.fromPort, request.toPort];
  if (!isInteger(from) || !isInteger(to) || !isInteger(otherFrom) || !isInteger(otherTo)) return 'part';
  if (from === otherFrom && to === otherTo) return 'same';
  // ICMP has a type and a code in place of ports; -1 means every type or every code. A rule for every type allows every code.
  const overlaps = a.startsWith('icmp')
    ? from === -1 || otherFrom === -1 || (from === otherFrom && (to === -1 || otherTo === -1))
    : from <= otherTo && to >= otherFrom;
  return overlaps ? 'part' : 'apart';
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

/**
 * The API sometimes answers `-1` for `all` (terraform-provider-aws issue 36091). `null`: the protocol is missing or no text, or the rule is
 * not an object.
 */
function nameProtocol(ports: Ports): string | null {
  const protocol = isRawRule(ports) ? ports.protocol : null;
  if (typeof protocol !== 'string') return null;
  const name = protocol.trim().toLowerCase();
  if (name === '-1') return 'all';
  return name === 'icmp6' ? 'icmpv6' : name;
}
