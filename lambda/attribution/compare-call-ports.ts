import type { PortState } from '../firewall/rules/port-state.ts';

type Ports = Pick<PortState, 'protocol' | 'fromPort' | 'toPort'>;

/** Do a rule and a request speak of the same ports, of ports of which some are the same (or may be), or of others? */
export function comparePorts(rule: Ports, request: Ports): 'same' | 'part' | 'apart' {
  const [a, b] = [nameProtocol(rule), nameProtocol(request)];
  if (a === null || b === null) return 'part';
  if (a !== b) return a === 'all' || b === 'all' ? 'part' : 'apart';
  if (a === 'all') return 'same';
  const [from, to] = [Number(rule.fromPort), Number(rule.toPort)];
  const [otherFrom, otherTo] = [Number(request.fromPort), Number(request.toPort)];
  if (![from, to, otherFrom, otherTo].every(Number.isInteger)) return 'part';
  if (from === otherFrom && to === otherTo) return 'same';
  // Of ICMP these are type and code, and -1 is any of them.
  const overlaps = a.startsWith('icmp')
    ? meets(from, otherFrom) && meets(to, otherTo)
    : from <= otherTo && to >= otherFrom;
  return overlaps ? 'part' : 'apart';
}

function meets(a: number, b: number): boolean {
  return a === b || a === -1 || b === -1;
}

/** `all` reads back as `-1` at times (terraform-provider-aws issue 36091). */
function nameProtocol({ protocol }: Ports): string | null {
  if (typeof protocol !== 'string') return null;
  const name = protocol.trim().toLowerCase();
  if (name === '-1') return 'all';
  return name === 'icmp6' ? 'icmpv6' : name;
}
