import type { AccountApprovals, ApprovalMarks } from '../approvals/account-approvals.ts';
import type { ScanSettings } from '../contract/settings-schema.ts';
import { toInstant } from '../history/instants.ts';
import type { LatestState } from '../history/latest-state.ts';
import type {
  AlertOutbox,
  AlertPublisher,
  CallReader,
  CallState,
  EventGrant,
  FirewallReader,
  FleetStore,
  ScanObserver,
  SubscriptionCounter,
  WeekReader,
} from './interfaces.ts';
import type { ScanLimits } from './scan-limits.ts';

/** The adapters, the settings and the clock of a scan. */
export interface ScanSetup {
  settings: ScanSettings;
  /** Name of the table in the `aws dynamodb query` commands that alerts contain. */
  tableName: string;
  /** Region in the `aws dynamodb query` commands that alerts contain. `null`: the commands use the default region of the AWS CLI. */
  tableRegion: string | null;
  reader: FirewallReader;
  store: FleetStore;
  publisher: AlertPublisher;
  /** With several accounts, alerts wait in the outbox for the collector. `null`: one account; alerts are published at once. */
  outbox: AlertOutbox | null;
  /** `null`: API calls are not looked up. */
  calls: CallReader | null;
  /** `null`: no weekly digest is sent. */
  weekly: WeeklySources | null;
  observe: ScanObserver;
  /** Milliseconds since the epoch. */
  clock: () => number;
  /** Returns a signal that aborts after `ms` milliseconds: `AbortSignal.timeout`, except in tests. */
  timeout: (ms: number) => AbortSignal;
  newId: () => string;
  pause: (ms: number) => Promise<void>;
  limits: ScanLimits;
}

export interface WeeklySources {
  reader: WeekReader;
  subscriptions: SubscriptionCounter;
  /** Regions whose events reach the monitor; empty: the monitor gets no events. */
  eventRegions: readonly string[];
}

/** The stored data of the account during a scan. */
export interface Fleet {
  /** By `resourceKey`. The map is updated whenever the scan commits, or raises an `alerted` mark. */
  states: Map<string, LatestState>;
  /** Sort keys of items that cannot be read: `resourceKey`, or a name such as `!approvals`. The scan does not write these items. */
  refused: ReadonlySet<string>;
  callState: CallState | null;
  approvals: AccountApprovals;
  /** The marks at the start of the scan, which does not update this copy. */
  approvalMarks: ApprovalMarks;
}

/** One full scan or event scan: built once, and given unchanged to every step. */
export interface Run extends ScanSetup {
  /** Identifies the scan in the lease. */
  holder: string;
  grant: EventGrant;
  startedAt: string;
  /** Ms since the epoch; the scan must end by then. */
  deadlineAt: number;
  /** Aborts some seconds before the deadline, so that time is left to publish. */
  readSignal: AbortSignal;
  /** Aborts at the deadline: no message is published after it. */
  publishSignal: AbortSignal;
  /**
   * Seconds since the epoch. From this time on, DynamoDB can delete the snapshots that this scan replaces, and the item of this scan;
   * `null`: never.
   */
  expiresAtSeconds: number | null;
}

type OwnFields = Pick<Run, 'holder' | 'grant' | 'deadlineAt'> & { startedAtMs: number; reserveMs: number };

/** Must be called after the lease is acquired: the time of the signals starts with this call. */
export function startRun(setup: ScanSetup, { holder, grant, deadlineAt, startedAtMs, reserveMs }: OwnFields): Run {
  const { settings, clock, timeout } = setup;
  const leftMs = deadlineAt - clock();
  return {
    ...setup,
    holder,
    grant,
    startedAt: toInstant(startedAtMs),
    deadlineAt,
    readSignal: timeout(Math.max(0, leftMs - reserveMs)),
    publishSignal: timeout(Math.max(0, leftMs)),
    expiresAtSeconds: expiresAt(settings, startedAtMs),
  };
}

function expiresAt({ keepHistoryDays }: ScanSettings, nowMs: number): number | null {
  return keepHistoryDays === null ? null : Math.floor(nowMs / 1000) + keepHistoryDays * 86_400;
}

/** Runs an action that the next scan can repeat. `undefined`: the action failed, which is logged, and the scan continues. */
export async function attempt<T>(
  { observe }: Pick<Run, 'observe'>,
  step: string,
  action: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    observe({ event: 'bookkeeping-failed', step, error });
    return undefined;
  }
}
