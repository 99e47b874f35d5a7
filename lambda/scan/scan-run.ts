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
  /** Name of the table, for the queries in alerts. */
  tableName: string;
  /** Region of the table, for the queries in alerts; `null`: the queries use the default region of the reader's AWS CLI. */
  tableRegion: string | null;
  reader: FirewallReader;
  store: FleetStore;
  publisher: AlertPublisher;
  /**
   * `null`: one account is watched, and alerts are published at once. With several accounts, alerts wait in the outbox for the collector.
   */
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
  /** Waits for `ms` milliseconds. */
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
  /** By `resourceKey`; updated whenever the scan commits, or raises an `alerted` mark. */
  states: Map<string, LatestState>;
  /** Keys of items that cannot be read; nothing is written about them. */
  refused: ReadonlySet<string>;
  callState: CallState | null;
  approvals: AccountApprovals;
  /** The marks as they were loaded. */
  approvalMarks: ApprovalMarks;
}

/** One full scan or event scan: built once, and passed unchanged to every step. */
export interface Run extends ScanSetup {
  /** Identifies the scan in the lease. */
  holder: string;
  grant: EventGrant;
  startedAt: string;
  /** Ms since the epoch by which the scan must be over. */
  deadlineAt: number;
  /** Aborts when there is no more time to read. */
  readSignal: AbortSignal;
  /** Aborts at the deadline: no message is published after it. */
  publishSignal: AbortSignal;
  /** Seconds since the epoch at which a snapshot that is superseded now may be deleted; `null`: never. */
  expiresAtSeconds: number | null;
}

type OwnFields = Pick<Run, 'holder' | 'grant' | 'deadlineAt'> & { startedAtMs: number; reserveMs: number };

/** Call this when the lease is acquired: the time of the signals starts now. */
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

/**
 * Runs an action that the next scan can repeat. If the action fails, the failure is logged, the result is `undefined`, and the scan
 * continues.
 */
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
