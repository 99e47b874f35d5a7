import type { Reach } from '../firewall/index.ts';
import type { HistoryEntry } from './entry.ts';
import type { Evidence } from './evidence.ts';
import type { Span } from './exposure-spans.ts';

/** What is asked about: ports of a protocol, from somewhere. */
export interface Door {
  /** `null`: any; without all ports (0 to 65535) only protocols that have ports. */
  protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'other' | null;
  /** Inclusive. On icmp and icmpv6 `type * 256 + code`. */
  from: number;
  to: number;
  /** An address or a CIDR; `null`: from anywhere at all. */
  source: string | null;
}

/**
 * The part of the reach that goes through the door, canonical. Sources that are no networks (`alias:`, `unspecified`, `unparsed:`) may be
 * anybody, and unknown protocols anything: they stay, and say so by their names. Throws RangeError where `door.source` is no network.
 */
export function reachThrough(reach: readonly Reach[], door: Door): Reach[] {
  throw new Error(`not written yet: ${reach.length} ${door.source}`);
}

/** Is every address of the door's source (without one: every address there is) let in to each of its ports, by name of a network? */
export function isWhollyOpen(reach: readonly Reach[], door: Door): boolean {
  throw new Error(`not written yet: ${reach.length} ${door.source}`);
}

/**
 * `open`: it stood open, all the while. `either`: it was open before, or after, a change that happened somewhere in this while.
 * `last-known`: it could not be read, and was open when it last was. `unknown`: it could not be read, and nothing says it was open.
 */
export type Certainty = 'open' | 'either' | 'last-known' | 'unknown';

export interface OpenSpan extends Span {
  certainty: Certainty;
  /** `certainty` is `open`. */
  isSure: boolean;
  /** Who could come through, canonical: `either`: in any of the states. Empty where `unknown`. */
  reach: Reach[];
  /** The entries that say so, oldest first: snapshots, and what flapped. */
  entries: HistoryEntry[];
}

/** When the door was open to the source, or may have been, oldest first; no two of them overlap. */
export function openSpans(evidence: Evidence, span: Span, door: Door): OpenSpan[] {
  throw new Error(`not written yet: ${evidence.subject.instanceName} ${span.from} ${door.source}`);
}
