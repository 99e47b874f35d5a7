import type { Reach } from '../firewall/index.ts';
import type { HistoryEntry } from './entry.ts';
import type { Evidence } from './evidence.ts';
import type { Gap, OtherState } from './state-at.ts';

/** `from` is in it, `until` is not. Both ISO-8601 UTC with milliseconds. */
export interface Span {
  from: string;
  until: string;
}

/** A while in which the evidence says the same of every instant. */
export interface ExposureSpan extends Span {
  /** `either`: it may already have been in one of the states of `either`. Unknown goes first. */
  kind: 'not-seen-yet' | 'known' | 'either' | 'unknown' | 'gone';
  /** As of `snapshot`: what it let through, or (`unknown`) did when it was last read. */
  reach: Reach[];
  /** What the states of `either` let through beyond `reach`. */
  maybe: Reach[];
  /** What `flaps` say was opened for that while, beyond `reach`. */
  flapped: Reach[];
  entry: HistoryEntry | null;
  snapshot: HistoryEntry | null;
  either: OtherState[];
  gap: Gap | null;
  flaps: HistoryEntry[];
}

/** Partitions the span, oldest first: cut where what is known changes, and nowhere else. An empty or reversed span has none. */
export function exposureSpans(evidence: Evidence, span: Span): ExposureSpan[] {
  throw new Error(`not written yet: ${evidence.subject.instanceName} ${span.from}`);
}
