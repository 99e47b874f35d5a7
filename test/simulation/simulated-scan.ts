/** One scan as a separate process: it may be slow, it may crash, and its received answers are stored for the checks. */

import type { Revocation } from '../../lambda/approvals/approval.ts';
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { FailureReason, InstanceFacts } from '../../lambda/history/entry.ts';
import type { EventInstance } from '../../lambda/scan/decide/decide-event-instance.ts';

/**
 * The answer of a listing or a read. `order` rises with every effect of the run. It is the time at which the answer was made, not the time
 * of its arrival.
 */
export interface Listing {
  order: number;
  /** World time in ms. */
  at: number;
  facts: ReadonlyMap<string, InstanceFacts>;
}

export interface Reading {
  order: number;
  at: number;
  rules: readonly PortState[];
}

interface Failed {
  order: number;
  reason: FailureReason;
}

export class SimulatedScan {
  readonly id: number;
  readonly startedAt: number;
  readonly deadlineAt: number;
  /** The environment ends the scan at this time in any case, as AWS Lambda ends a function. */
  readonly diesAt: number;
  /** Milliseconds by which the scan's clock is ahead of world time; negative: behind. */
  skewMs: number;
  isOldAlgorithm = false;
  /** The instances of an event scan; `null`: a full scan. */
  readonly targets: readonly EventInstance[] | null;
  /** The number of effects in the run before the scan began. */
  startOrder = 0;
  status: 'running' | 'returned' | 'skipped' | 'threw' | 'died' = 'running';
  /** True if another scan ran at any time during this scan. */
  hasOverlapped = false;
  /** True if a call to the table or the topic failed. */
  hasFaults = false;
  isOutOfTime = false;
  /** `null`: the scan did not check the subscriptions. */
  hasSubscriber: boolean | null = null;
  /** The number of writes of the scan itself, mainly commits. */
  commits = 0;
  publishes = 0;
  /** The approvals that the scan has loaded, in their state at that time; `null`: none were requested, or the account has none. */
  approvals: { ids: { id: string; revoked: Revocation | null }[]; isComplete: boolean } | null = null;
  /** The answers of CloudTrail. */
  readonly foundCalls: ApiCall[] = [];
  readonly listings = new Map<string, Listing | Failed>();
  readonly readings = new Map<string, Reading | Failed>();
  readonly #timers: { at: number; controller: AbortController }[] = [];

  constructor(
    id: number,
    startedAt: number,
    skewMs: number,
    livesMs: number,
    targets: readonly EventInstance[] | null = null,
  ) {
    this.targets = targets;
    this.id = id;
    this.startedAt = startedAt;
    this.deadlineAt = startedAt + (targets === null ? 240_000 : 58_000);
    this.diesAt = startedAt + livesMs;
    this.skewMs = skewMs;
  }

  get hasReturned(): boolean {
    return this.status === 'returned';
  }

  get isRunning(): boolean {
    return this.status === 'running';
  }

  /** A signal that aborts after `ms` milliseconds of world time, independent of the clocks. */
  timeout(now: number, ms: number): AbortSignal {
    const controller = new AbortController();
    this.#timers.push({ at: now + ms, controller });
    this.passTime(now);
    return controller.signal;
  }

  passTime(now: number): void {
    for (const { at, controller } of this.#timers) {
      if (at > now || controller.signal.aborted) continue;
      this.isOutOfTime = true;
      controller.abort();
    }
    if (this.isRunning && now >= this.diesAt) this.status = 'died';
  }

  /** The last listing of a region that the scan received; `null`: it failed, or there was none. */
  listingOf(region: string): Listing | null {
    const listing = this.listings.get(region);
    return listing !== undefined && 'facts' in listing ? listing : null;
  }

  readingOf(key: string): Reading | null {
    const reading = this.readings.get(key);
    return reading !== undefined && 'rules' in reading ? reading : null;
  }
}
