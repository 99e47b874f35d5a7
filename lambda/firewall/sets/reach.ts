/**
 * One element of an exposure: one protocol, an inclusive interval of ports, and the sources that can reach them.
 * On `icmp` and `icmpv6` a port is `type * 256 + code`. `other` is every further IP protocol, which only a rule for `all` opens.
 * `sources` are canonical CIDRs, `alias:<name>`, `unspecified` or `unparsed:<text>`, sorted and without overlap.
 */
export interface Reach {
  /** A known protocol in lower case, or `unknown:<text>` with the text as Lightsail answered it. */
  protocol: ReachProtocol;
  /** The first port of the interval. */
  from: number;
  /** The last port of the interval. */
  to: number;
  /** Canonical CIDRs and the other sources, sorted. */
  sources: string[];
}

/** Equal lists give equal texts, whatever the order of the fields in an element. */
export function encodeReach(reach: readonly Reach[]): string {
  return JSON.stringify(reach.map(({ protocol, from, to, sources }) => [protocol, from, to, sources]));
}

/** `unknown:<text>` is a protocol that is not understood, as Lightsail answered it. */
export type ReachProtocol = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'other' | `unknown:${string}`;

/** Explains how an unusual rule was read, or that a rule was not understood. */
export interface Note {
  /** Kebab-case and stable, for programs. */
  code: string;
  /** A sentence for people. The sentence can quote values from an answer of Lightsail, so each channel must escape the sentence. */
  text: string;
}

/** `rewritten`: different rules with the same exposure. `mixed`: the change opened something and closed something. */
export type Verdict = 'identical' | 'rewritten' | 'widened' | 'narrowed' | 'mixed';

/** The values of the type `Verdict`. The type is not inferred from this list, so that the package's type declarations show the values. */
export const verdicts: readonly Verdict[] = ['identical', 'rewritten', 'widened', 'narrowed', 'mixed'];

/** True if the change opened or closed something. Also true for `null`, because nothing was compared. */
export function hasEffect(verdict: Verdict | null): boolean {
  return verdict !== 'identical' && verdict !== 'rewritten';
}

/** What differs between two firewalls. */
export interface FirewallDiff {
  /** The kind of the change. */
  verdict: Verdict;
  /** Canonical: no two elements overlap, each element is as large as possible, and the list is sorted. */
  opened: Reach[];
  /** Canonical, like `opened`. */
  closed: Reach[];
  /** The notes about the rules of both firewalls, without duplicates. */
  notes: Note[];
}
