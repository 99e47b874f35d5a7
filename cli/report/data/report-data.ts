/**
 * What the page is given, as JSON inside of it. Texts, sets of sources, rectangles and lists of them stand once each and are named by
 * their number: a month of 20,000 changes says the same few things again and again. Instants are milliseconds since the epoch.
 */
import type { ReachProtocol, Severity } from '../../../lambda/firewall/index.ts';
import type { AttributedCall, Attribution } from '../../../lambda/history/attribution.ts';

/** How wide something is open. `world` holds what counts as the world because it is not understood. */
export type Width = 'world' | 'wide' | 'narrow';

export interface ReportData {
  schema: 'portwatch.report/1';
  account: string;
  /** How people call the account; `null`: by its number. */
  name: string | null;
  builtAt: number;
  from: number;
  until: number;
  texts: string[];
  sourceSets: SourceSetData[];
  reaches: ReachData[];
  lists: ReachListData[];
  attributions: AttributionData[];
  /** Worst first. */
  instances: InstanceData[];
  /** What stands open to the world at the end of the span, worst first. */
  doors: DoorData[];
  /** Those that are not over first, then the newest first. */
  gaps: GapData[];
  scans: ScansData;
  /** What could not be read of the history, in words. */
  problems: string[];
}

export interface SourceSetData {
  sources: string[];
  width: Width;
  /** `anywhere`, `203.0.113.0/24 and 3 more`; printable. */
  who: string;
}

/** `from` and `to` inclusive; `set` numbers a source set. */
export type ReachData = [protocol: ReachProtocol, from: number, to: number, set: number];

export interface ReachListData {
  /** Numbers of `reaches`. */
  reaches: number[];
  /** Printable. */
  phrases: [what: string, from: string][];
  /** How many phrases were left out. */
  more: number;
}

/** What the evidence says of an instance for a while; a number of `spanKinds`. */
export const spanKinds = ['not-seen-yet', 'known', 'either', 'unknown', 'gone'] as const;

export interface InstanceData {
  region: string;
  name: string;
  arn: string | null;
  publicIpAddress: string | null;
  status: (typeof spanKinds)[number];
  /** Of what it exposes at the end of the span, or did when last known. */
  severity: Severity;
  reason: string;
  /** Exposed at the end of the span, or last known. */
  now: number;
  /** What a change of address family would wake. */
  dormant: number;
  notes: string[];
  /** When it was last confirmed, at or before the end of the span. */
  confirmedAt: number | null;
  /** Joined where it was there and read: the windows of its changes are the lanes' own. */
  states: [from: number, until: number, kind: number][];
  lanes: LaneData[];
  /** Oldest first. */
  changes: ChangeData[];
}

export interface LaneData {
  label: string;
  /** Inclusive intervals of a protocol's axis that have the same life. */
  doors: [protocol: ReachProtocol, from: number, to: number][];
  /** The severity of what is open in it at the end of the span; `null`: nothing is. */
  severity: Severity | null;
  spans: LaneSpan[];
}

/**
 * In which a lane is, or may be, open. `sets`: every set of sources that it may have been open to, `-1` for closed; one alone, where
 * `kind` is `known`. Whiles in which it is known to be closed are left out.
 */
export type LaneSpan = [from: number, until: number, kind: number, ...sets: number[]];

export interface ChangeData {
  at: number;
  /** An entry's kind; one that this version does not know is shown as it is. */
  kind: string;
  severity: Severity;
  /** Number of a text, as are the others below. */
  reason: number;
  /** Numbers of `lists`; `null`: nothing, or left out (`isLeftOut`). */
  opened: number | null;
  closed: number | null;
  isLeftOut?: true;
  /** Between which instants it happened; `after` `null`: nobody knows since when. */
  after: number | null;
  /** Left out where it is `at`. */
  before?: number;
  /** Number of an attribution; `null`: not known. */
  by: number | null;
  /** Command, guarded against the wrong account; or why there is none. */
  restore?: number;
  restoreNote?: number;
  expected?: number;
  failure?: { reason: string; message: number; since: number };
  notes?: number[];
}

/** Who did it, in numbers of texts. */
export interface AttributionData {
  fit: Attribution['fit'];
  calls: CallData[];
}

export interface CallData {
  at: number;
  name: number;
  by: number;
  through: AttributedCall['through'];
  arn?: number;
  sourceIpAddress?: number;
  userAgent?: number;
}

export interface DoorData {
  /** `tcp 22 (SSH)` */
  label: string;
  severity: Severity;
  /** Numbers of instances. */
  instances: number[];
}

export interface GapData {
  region: string;
  /** `null`: the region as a whole. */
  name: string | null;
  from: number;
  /** `null`: it is not over. */
  until: number | null;
  reason: string;
}

export interface ScansData {
  count: number;
  complete: number;
  /** Start of the newest one; `null`: none is known. */
  lastAt: number | null;
  lastIsComplete: boolean;
  /** Whiles in which no scan began, much longer than the usual interval. */
  silences: [from: number, until: number][];
}
