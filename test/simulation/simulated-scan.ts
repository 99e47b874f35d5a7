/** One scan as a process of its own: it may be slow, it may die, and what it has been answered is remembered for whoever judges it. */

import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { FailureReason, InstanceFacts } from '../../lambda/history/entry.ts';
import type { NamedTarget } from '../../lambda/scan/event-scan.ts';

/** A listing or a read as it was answered. `order` rises with every effect of the run: when it was made, not when it arrived. */
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

export interface Failed {
  order: number;
  reason: FailureReason;
}

export class SimulatedScan {
  readonly id: number;
  readonly startedAt: number;
  readonly deadlineAt: number;
  /** It dies then, whatever it does: AWS Lambda ends it. */
  readonly diesAt: number;
  /** How far its clock is off. */
  skewMs: number;
  isOldAlgorithm = false;
  /** A run for events: what they named. `null`: a scan of the whole fleet. */
  readonly targets: readonly NamedTarget[] | null;
  /** Effects of the run before it began. */
  startOrder = 0;
  status: 'running' | 'returned' | 'skipped' | 'threw' | 'died' = 'running';
  /** Did another scan run at any time while this one did? */
  hasOverlapped = false;
  /** Did any call to the table or the topic end badly? */
  hasFaults = false;
  isOutOfTime = false;
  /** `null`: it did not ask. */
  hasSubscriber: boolean | null = null;
  /** What the scan wrote by itself, commits first of all. */
  commits = 0;
  publishes = 0;
  /** What CloudTrail answered. */
  readonly foundCalls: ApiCall[] = [];
  readonly listings = new Map<string, Listing | Failed>();
  readonly readings = new Map<string, Reading | Failed>();
  readonly #timers: { at: number; controller: AbortController }[] = [];

  constructor(
    id: number,
    startedAt: number,
    skewMs: number,
    livesMs: number,
    targets: readonly NamedTarget[] | null = null,
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

  /** A signal that aborts when so many milliseconds have truly passed, whatever the clocks say. */
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

  /** The last listing that a region was answered with; `null`: it failed, or there was none. */
  listingOf(region: string): Listing | null {
    const listing = this.listings.get(region);
    return listing !== undefined && 'facts' in listing ? listing : null;
  }

  readingOf(key: string): Reading | null {
    const reading = this.readings.get(key);
    return reading !== undefined && 'rules' in reading ? reading : null;
  }
}
