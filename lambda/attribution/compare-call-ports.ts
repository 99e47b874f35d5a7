import type { PortState } from '../firewall/rules/port-state.ts';

type Ports = Pick<PortState, 'protocol' | 'fromPort' | 'toPort'>;

/** Compares the ports of a rule with those of a request. `part`: some ports are the same, or may be. `apart`: no port is the same. */
export function comparePorts(rule: Ports, request: Ports): 'same' | 'part' | 'apart' {
  const [a, b] = [nameProtocol(rule), nameProtocol(request)];
  if (a === null || b === null) return 'part';
  if (a !== b) return a === 'all' || b === 'all' ? 'part' : 'apart';
  if (a === 'all') return 'same';
  const [from, to] = [Number(rule.fromPort), Number(rule.toPort)];
  const [otherFrom, otherTo] = [Number(request.fromPort), Number(request.toPort)];
  if (![from, to, otherFrom, otherTo].every(Number.isInteger)) return 'part';
  if (from === otherFrom && to === otherTo) return 'same';
  // For ICMP the two values are type and code, and -1 means any value.
  const overlaps = a.startsWith('icmp')
    ? meets(from, otherFrom) && meets(to, otherTo)
    : from <= otherTo && to >= otherFrom;
  return overlaps ? 'part' : 'apart';
}

function meets(a: number, b: number): boolean {
  return a === b || a === -1 || b === -1;
}

/** The API sometimes answers `-1` for `all` (terraform-provider-aws issue 36091). */
function nameProtocol({ protocol }: Ports): string | null {
  if (typeof protocol !== 'string') return null;
  const name = protocol.trim().toLowerCase();
  if (name === '-1') return 'all';
  return name === 'icmp6' ? 'icmpv6' : name;
}
