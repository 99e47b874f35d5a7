import type { Severity } from '../firewall/rating/severity.ts';
import type { PortState } from '../firewall/rules/port-state.ts';
import type { Note, Reach, Verdict } from '../firewall/sets/reach.ts';
import type { Attribution } from '../history/attribution.ts';
import type { MonitoringSummary } from '../history/entry.ts';
import type { WeekSummary } from './week.ts';

/** More may be added; readers ignore those they do not know. */
export const alertKinds = [
  'monitoring-started',
  'firewall-changed',
  'firewall-flapped',
  'instance-appeared',
  'instance-gone',
  'unreadable',
  'readable-again',
  'region-unreadable',
  'region-readable-again',
  'attributed',
  'attribution-denied',
  'all-is-well',
  'test',
] as const;

export type AlertKind = (typeof alertKinds)[number];

/** One thing that people are told: an element of `alerts` in the JSON event (schema `portwatch.digest/1`). */
export interface Alert {
  /** Hash of (ARN or region, version, kind): the same change has the same id, however often it is sent. */
  alertId: string;
  kind: AlertKind;
  severity: Severity;
  reason: string;
  region: string;
  instance: {
    name: string;
    arn: string | null;
    publicIpAddress: string | null;
    ipv6Addresses: string[];
    ipAddressType: string | null;
  } | null;
  /** Start of the last scan that confirmed the earlier state, or null. `firewall-flapped`: when it began; `changedBefore`: when it ended. */
  changedAfter: string | null;
  changedBefore: string;
  verdict: Verdict | null;
  /** `null` (with `details`) only where the alert is too big for a message. */
  opened: Reach[] | null;
  closed: Reach[] | null;
  rulesBefore: PortState[] | null;
  rulesAfter: PortState[] | null;
  dormant: Reach[] | null;
  notes: Note[] | null;
  /** `null`: not known (yet). */
  changedBy: AlertAttribution | null;
  restoreCommand: string | null;
  /** Why there is no command. */
  restoreNote: string | null;
  /** Where the whole entry lies in the table. */
  details: { table: string; pk: string; sk: string };
  /** Nobody looks up who did it: `changedBy` stays null where no event brought it. */
  attributionOff?: true;
  /** `attributed` only: the `alertId` of the alert to which it says who did it. */
  attributes?: string;
  /** `unreadable`, `region-unreadable`, and their ends: why, and since when. */
  failure?: { reason: string; message: string; since: string };
  /** `instance-appeared` in place of another of the same name. */
  replaces?: { arn: string | null; opened: Reach[] | null; closed: Reach[] | null; verdict: Verdict | null };
  /** `monitoring-started` only. */
  summary?: MonitoringSummary;
  /** `all-is-well` only. */
  week?: WeekSummary;
}

/** `callsLeftOut`: how many calls, the later ones, are not in `calls` for want of room. */
export type AlertAttribution = Attribution & { callsLeftOut?: number };

/** What every message of one scan says about the scan. */
export interface DigestContext {
  account: string;
  /** The account's name as configured; the account id by default. */
  name: string;
  scannedAt: string;
  coverage: Coverage;
  tableName: string;
  /** The region of the table, for the commands that a person copies; without it they ask the region that the CLI is set to. */
  tableRegion?: string;
}

export interface Coverage {
  instancesListed: number;
  instancesRead: number;
  regionsListed: number;
  /** Regions that could not be listed this time, those never yet readable among them. */
  regionsSkipped: string[];
  /** Set where only what events named was looked at, and `instancesListed` counts those alone. */
  onlyNamed?: true | undefined;
}

/** The JSON event: the `default` body of the SNS message. */
export interface Digest {
  schema: 'portwatch.digest/1';
  digestId: string;
  account: string;
  name: string;
  scannedAt: string;
  part: { index: number; count: number };
  coverage: Coverage;
  alerts: Alert[];
  /** Only for a backlog of more than 200 alerts: what is counted and not sent in full. */
  counted?: { severity: Severity; kind: AlertKind; count: number }[];
  /** The query that lists what was counted. */
  countedQuery?: string;
}
