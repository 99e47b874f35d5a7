/**
 * One element of an exposure: one protocol, an inclusive interval of ports, and the sources that can reach them.
 * On `icmp` and `icmpv6` the axis is `type * 256 + code`. `other` is every further IP protocol, reached by `all`.
 * `sources` are canonical CIDRs, `alias:<name>`, `unspecified` or `unparsed:<text>`, sorted and without overlap.
 */
export interface Reach {
  protocol: ReachProtocol;
  from: number;
  to: number;
  sources: string[];
}

export type ReachProtocol = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'other' | `unknown:${string}`;

/** Explains how an unusual rule was read, or that a rule was not understood. */
export interface Note {
  /** Kebab-case and stable, for programs. */
  code: string;
  /** A sentence for people. It contains unchanged text from outside: each channel must escape it. */
  text: string;
}

export type Verdict = 'identical' | 'rewritten' | 'widened' | 'narrowed' | 'mixed';

/** `opened` and `closed` are canonical: disjoint, maximal, sorted. */
export interface FirewallDiff {
  verdict: Verdict;
  opened: Reach[];
  closed: Reach[];
  notes: Note[];
}
