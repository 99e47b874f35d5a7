/** What the weekly digest needs from outside, beside what every scan needs. Nothing of it writes. */

import type { Severity } from '../firewall/rating/severity.ts';
import type { Verdict } from '../firewall/sets/reach.ts';
import type { EntryKind } from '../history/entry.ts';

/** What is left of a scan once it is over. */
export interface ScanNote {
  startedAt: string;
  complete: boolean;
}

/** One entry of the history of any instance or region, as the index `timeline` has it. */
export interface HistoryStep {
  at: string;
  region: string;
  /** `null`: the region itself. */
  instanceName: string | null;
  kind: EntryKind;
  verdict: Verdict | null;
  severity: Severity;
  expected: string | null;
}

export interface WeekReader {
  /** The scans that began from one instant until before another, oldest first. */
  loadScans(account: string, from: string, until: string): Promise<ScanNote[]>;
  /** The history of all resources in such a span. An index answers: it may lack the last moments. */
  loadSteps(account: string, from: string, until: string): Promise<HistoryStep[]>;
}

/** As the topic counts them; `deleted` are those of the last days, by whatever way they were removed. */
export interface SubscriptionCounts {
  confirmed: number;
  pending: number;
  deleted: number;
}

export interface SubscriptionCounter {
  /** `null`: the topic states no counts. */
  countSubscriptions(): Promise<SubscriptionCounts | null>;
}

export interface Weekly {
  reader: WeekReader;
  subscriptions: SubscriptionCounter;
  /** Time between two scans; `null`: not known, then no time without a scan is too long. */
  scanEveryMinutes: number | null;
  /** Regions whose events reach the monitor; none, or left out: it listens to no events. */
  eventRegions?: readonly string[] | undefined;
}
