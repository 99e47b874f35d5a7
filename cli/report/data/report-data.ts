/**
 * The data of the page, as JSON inside the page. Texts, source sets, reaches, lists of reaches and attributions are stored once and
 * referenced by index, because 20,000 changes have only a few different values. Instants are milliseconds since the epoch.
 */
import type { ReachProtocol, Severity } from '../../../lambda/firewall/index.ts';
import type { AttributedCall } from '../../../lambda/history/attribution.ts';

/**
 * How wide the sources of a port are. `world`: anywhere, or sources that are not understood. `wide`: a public network. `narrow`: less, such
 * as a few hosts or private addresses.
 */
export type Width = 'world' | 'wide' | 'narrow';

export interface ReportData {
  schema: 'portwatch.report/1';
  account: string;
  /** Display name of the account; `null`: its id is shown. */
  name: string | null;
  /** The label of the accounts of the report, such as `account 111122223333` or `3 accounts, monitor in account 111122223333`. */
  scope: string;
  builtAt: number;
  from: number;
  until: number;
  texts: string[];
  sourceSets: SourceSetData[];
  reaches: ReachData[];
  lists: ReachListData[];
  attributions: AttributionData[];
  /** Existing instances first, the most severe first (see `sortWorstFirst`). */
  instances: InstanceData[];
  /** Ports that are open to the world at the end of the span, most severe first. */
  openPorts: OpenPortData[];
  /** Open exposure that is not approved at the end of the span, most severe first; `null`: nothing was ever approved in the account. */
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
  /** Index in `instances`. */
  instance: number;
  severity: Severity;
  /** Index in `lists`. */
  list: number;
  /** When the most severe part of the list was first read as open; `null`: before the first entry of the report. */
  since: number | null;
}

/** `id`, `by` and `reason` are texts that people wrote, not escaped. */
export interface ApprovalData {
  id: string;
  by: string;
  reason: string;
  until: number | null;
  /** Index in `lists`: the approved exposure. */
  list: number;
  /** Indexes in `instances`: the instances on which the approval covers open ports. */
  instances: number[];
}

export interface SourceSetData {
  sources: string[];
  /** Set if these sources belong to an unknown protocol, whose ports count as open to any source. */
  isOfUnknownProtocol?: true;
  width: Width;
  /** The sources as text, such as `anywhere` or `203.0.113.0/24 and 3 more`. Without unprintable characters. */
  phrase: string;
}

/** `from` and `to` are inclusive; `set` is the index of a source set. */
export type ReachData = [protocol: ReachProtocol, from: number, to: number, set: number];

export interface ReachListData {
  /** Indexes in `reaches`. */
  reaches: number[];
  /** The lines of the list as texts without unprintable characters. `what`: the ports, such as `tcp 22 (SSH)`. `from`: the sources. */
  phrases: [what: string, from: string][];
  /** Number of lines that are not in `phrases`. */
  more: number;
}

/** The state of an instance during a span. Spans refer to a kind by its index. */
export const spanKinds = ['not-seen-yet', 'known', 'either', 'unknown', 'gone', 'not-watched'] as const;

/** The kinds in which no scan found the instance. For `not-watched`, no scan had listed the region of the instance. */
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
  /** Index in `lists`: the exposure at the end of the span, or the last known exposure. */
  now: number;
  /** Index in `lists`: the reach that only becomes open with another address type of the instance. */
  dormant: number;
  notes: string[];
  /** The last confirmation at or before the end of the span. */
  confirmedAt: number | null;
  /** `kind`: index of `spanKinds`; `either` is stored as `known`, because the lanes show when a change perhaps happened. */
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
  /** Indexes in `texts`. */
  headline: number;
  reason: number;
  /** Indexes in `lists`; `null`: nothing, or the list is left out (`isLeftOut`). */
  opened: number | null;
  closed: number | null;
  /** Set if the entry's item has no room for `opened` and `closed`, and the rules before the change have expired, so both are unknown. */
  isLeftOut?: true;
  /** Set if the entry notes a rule with an unknown field: ports of this rule can be open to any source. */
  isOdd?: true;
  /** The change happened after `after`, and not after `before`. `null`: the start of this window is not known. */
  after: number | null;
  /** Left out if equal to `at`. */
  before?: number;
  /** Index in `attributions`; `null`: not known. */
  by: number | null;
  /** Indexes in `texts`: the restore command with its check of the AWS account, and the effect of the command as a phrase. */
  restore?: number;
  restoreEffect?: number;
  /** Index in `texts`: the reason why there is no restore command. */
  restoreNote?: number;
  /**
   * `expected`, `message` and each of `notes` are indexes in `texts`. `expected`: the reason of the expected change (a description in the
   * configuration) that matches the change.
   */
  expected?: number;
  failure?: { reason: string; message: number; since: number };
  notes?: number[];
}

/** The numbers are indexes in `texts`, except `at` of a call. */
export interface AttributionData {
  /** `IAM user alice and 1 more`; `null`: the attribution has no call. */
  actors: number | null;
  /** A sentence about what the calls leave unexplained; `null` if the calls explain the change. */
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
  /** The instances of this element: indexes in `ReportData.instances`. */
  instances: number[];
}

export interface GapData {
  region: string;
  /** The name of the instance; `null`: the gap concerns the whole region. */
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
