/**
 * The data of the page, as JSON inside the page. Texts, source sets, reaches, lists of reaches and attributions are stored once and
 * referenced by index, because a month of 20,000 changes repeats few values. Instants are milliseconds since the epoch.
 */
import type { ReachProtocol, Severity } from '../../../lambda/firewall/index.ts';
import type { AttributedCall } from '../../../lambda/history/attribution.ts';

/** The sources of a port, in three classes. Sources that are not understood count as `world`. */
export type Width = 'world' | 'wide' | 'narrow';

export interface ReportData {
  schema: 'portwatch.report/1';
  account: string;
  /** Display name of the account; `null`: its id is shown. */
  name: string | null;
  /** What the report is about: the account, or how many accounts. */
  scope: string;
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
  /** Ports that are open to the world at the end of the span, worst first. */
  openPorts: OpenPortData[];
  /** Open exposure that is not approved at the end of the span, worst first; `null`: nothing was ever approved in the account. */
  unapproved: UnapprovedData[] | null;
  /** The approvals in force at the end of the span for an instance of the report. */
  approvals: ApprovalData[];
  /** Open gaps first (see `byEnd`). */
  gaps: GapData[];
  scans: ScansData;
  /** The source of the settings that rate severities at the end of the span: the deployment, or the defaults. */
  ratedBy: { settings: 'deployment' | 'defaults' };
  /** Items of the history that could not be read, as sentences. */
  problems: string[];
}

export interface UnapprovedData {
  /** Index of `instances`. */
  instance: number;
  severity: Severity;
  /** Index of `lists`. */
  list: number;
  /** When the worst part was first read as open; `null`: earlier than the entries of the report. */
  since: number | null;
}

/** `id`, `by` and `reason` are texts from outside. */
export interface ApprovalData {
  id: string;
  by: string;
  reason: string;
  until: number | null;
  /** Index of `lists`: the approved exposure. */
  list: number;
  /** Indexes of the `instances` on which the approval covers open ports. */
  instances: number[];
}

export interface SourceSetData {
  sources: string[];
  /** The sources of an unknown protocol, which counts as open to any source. */
  isOfUnknownProtocol?: true;
  width: Width;
  /** `anywhere`, `203.0.113.0/24 and 3 more`; printable. */
  phrase: string;
}

/** `from` and `to` are inclusive; `set` is the index of a source set. */
export type ReachData = [protocol: ReachProtocol, from: number, to: number, set: number];

export interface ReachListData {
  /** Indexes of `reaches`. */
  reaches: number[];
  /** Printable. */
  phrases: [what: string, from: string][];
  /** Number of phrases that are left out. */
  more: number;
}

/** The state of an instance during a span. Spans refer to a kind by its index. */
export const spanKinds = ['not-seen-yet', 'known', 'either', 'unknown', 'gone', 'not-watched'] as const;

/** No scan found the instance in these spans. `not-watched`: no scan listed its region. */
export const absentKinds: readonly (typeof spanKinds)[number][] = ['not-seen-yet', 'gone', 'not-watched'];

export const isThere = (status: InstanceData['status']): boolean => !absentKinds.includes(status);

export interface InstanceData {
  /** With several accounts, the account is in front of the region. */
  region: string;
  /** The name or the id of the account. `null`: the monitor watches one account. */
  accountName: string | null;
  name: string;
  arn: string | null;
  publicIpAddress: string | null;
  status: (typeof spanKinds)[number];
  /**
   * Severity of the exposure at the end of the span, or of the last known exposure. `null`: no exposure is known. `info`: the instance does
   * not exist.
   */
  severity: Severity | null;
  reason: string;
  /** Index of `lists`: the exposure at the end of the span, or the last known exposure. */
  now: number;
  /** Index of `lists`: the reach that only becomes live with another address type of the instance. */
  dormant: number;
  notes: string[];
  /** The last confirmation at or before the end of the span. */
  confirmedAt: number | null;
  /** `kind`: index of `spanKinds`. The kinds `known` and `either` are joined, because the lanes show the windows of changes. */
  states: [from: number, until: number, kind: number][];
  lanes: LaneData[];
  /** Oldest first. */
  changes: ChangeData[];
}

export interface LaneData {
  label: string;
  /** `from` and `to` are inclusive. */
  ports: [protocol: ReachProtocol, from: number, to: number][];
  /** The severity of the lane's exposure at the end of the span; `null`: the lane is closed. */
  severity: Severity | null;
  spans: LaneSpan[];
}

/**
 * A span in which a lane is open, or perhaps open. `kind`: index of `spanKinds`. `sets`: every possible source set, `-1` for closed;
 * exactly one for the kind `known`.
 */
export type LaneSpan = [from: number, until: number, kind: number, ...sets: number[]];

export interface ChangeData {
  at: number;
  /** The kind of the entry; an unknown kind is shown unchanged. */
  kind: string;
  severity: Severity;
  /** Indexes of texts. */
  headline: number;
  reason: number;
  /** Indexes of `lists`; `null`: empty, or left out (`isLeftOut`). */
  opened: number | null;
  closed: number | null;
  isLeftOut?: true;
  /** Set if a rule with an unknown field opened or closed: any source can be affected. */
  isOdd?: true;
  /** The window of the change. `after` is `null` if the start is not known. */
  after: number | null;
  /** Omitted if equal to `at`. */
  before?: number;
  /** Index of an attribution; `null`: not known. */
  by: number | null;
  /** Indexes of texts: the command with its check of the account, and its effect as a phrase. */
  restore?: number;
  restoreEffect?: number;
  /** Index of texts: why there is no command. */
  restoreNote?: number;
  /** Index of texts, as `message` and each of `notes`. */
  expected?: number;
  failure?: { reason: string; message: number; since: number };
  notes?: number[];
}

/** The numbers are indexes of texts, except `at` of a call. */
export interface AttributionData {
  /** `IAM user alice and 1 more`; `null`: the attribution has no call. */
  actors: number | null;
  /** A sentence; `null` if the calls explain the change. */
  doubt: number | null;
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

export interface OpenPortData {
  /** `tcp 22 (SSH)` */
  label: string;
  severity: Severity;
  /** Indexes of instances. */
  instances: number[];
}

export interface GapData {
  region: string;
  /** `null`: the whole region. */
  name: string | null;
  from: number;
  /** `null`: the gap is still open. */
  until: number | null;
  reason: string;
}

/** Open gaps before closed gaps; in each of the two groups, the gap that began last is first. */
export const byEnd = (a: GapData, b: GapData): number =>
  Number(a.until !== null) - Number(b.until !== null) || b.from - a.from;

export interface ScansData {
  count: number;
  complete: number;
  /** Start of the newest scan. With several accounts: the oldest of the newest scans. `null`: an account has no scan. */
  lastAt: number | null;
  lastIsComplete: boolean;
  /**
   * Spans between two starts of scans, or after the last start, that are much longer than the usual interval. `place`: the account, if
   * there are several.
   */
  silences: [from: number, until: number, place?: string][];
}
