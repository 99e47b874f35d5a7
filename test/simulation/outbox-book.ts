/**
 * The alerts that went into the outbox and came out of it, over all accounts of a run. Checks that nothing is lost, that nothing is
 * published twice without a reason, and that each alert belongs to its account.
 */

import type { SnsMessage } from '../../lambda/alerts/sns-message.ts';
import type { Alert, Digest } from '../../lambda/contract/json-event.ts';
import type { StoredGroup } from '../../lambda/pass/interfaces.ts';
import type { AlertGroup } from '../../lambda/scan/interfaces.ts';
import { accountOf } from './account-of.ts';
import type { Fate } from './scheduler.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import { mustBe } from './violation.ts';

interface BookedAlert {
  account: string;
  kind: string;
  /** World time of each put. */
  putAt: number[];
  publications: { collector: SimulatedScan; at: number; isUnknown: boolean }[];
}

/** Facts about the run that are needed to check one message. */
interface CollectorFacts {
  /** True if the pass is over, or if this run ends it. */
  isPassOver: boolean;
  /** True if the lease of the collector works, and no call fails or is slow. */
  isSure: boolean;
  /** True if the lease of the other run was over, or if leases are broken. */
  isLeaseOver: (other: SimulatedScan) => boolean;
  now: number;
}

/** Before the pass is over, a message of critical alerts waits for this time after the previous message. */
const betweenCriticalMs = 30_000;

export class OutboxBook {
  readonly alerts = new Map<string, BookedAlert>();
  lastPublishedAt = 0;
  readonly #events: Set<string>;
  #lastCritical: { collector: SimulatedScan; at: number } | null = null;

  constructor(events: Set<string>) {
    this.#events = events;
  }

  onPut(account: string, group: AlertGroup, now: number): void {
    const name = `a group of ${group.account}`;
    mustBe(group.account === account, 'P4', () => `${name} was put by the scan of account ${account}`);
    for (const alert of group.alerts) {
      const arnAccount = accountOf(alert);
      mustBe(arnAccount === null || arnAccount === account, 'P4', () => `${name} has an alert of ${arnAccount}`);
      const booked = this.alerts.get(alert.alertId) ?? { account, kind: alert.kind, putAt: [], publications: [] };
      mustBe(booked.account === account, 'P4', () => `${alert.alertId} is of ${booked.account}, and of ${account}`);
      booked.putAt.push(now);
      this.alerts.set(alert.alertId, booked);
    }
  }

  onPublish(
    collector: SimulatedScan,
    message: SnsMessage,
    fate: Fate,
    { isPassOver, isSure, isLeaseOver, now }: CollectorFacts,
  ): void {
    const digest: Digest = JSON.parse(JSON.parse(message.message).default);
    mustBe(String(digest.schema) === 'portwatch.digest/2', 'P3', () => `the digest is ${digest.schema}`);
    mustBe(digest.counted === undefined, 'P3', () => 'alerts were counted and not sent, in so small a world');
    this.lastPublishedAt = now;
    for (const alert of digest.alerts) this.#onAlert(collector, alert, fate, now, isLeaseOver);
    const isCriticalOnly = digest.alerts.every(({ severity }) => severity === 'critical');
    // A group with a critical alert is published whole, including its less severe alerts.
    const hasCritical = digest.alerts.some(({ severity }) => severity === 'critical');
    mustBe(
      isPassOver || hasCritical,
      'P3',
      () => `alerts that are not critical were published before the pass was over`,
    );
    if (isPassOver) return;
    this.#events.add(
      isCriticalOnly ? 'critical before the end of the pass' : 'critical group before the end of the pass',
    );
    const last = this.#lastCritical;
    if (last !== null && last.collector !== collector && isSure) {
      mustBe(
        now - last.at >= betweenCriticalMs,
        'P3',
        () => `critical alerts were published ${now - last.at} ms after others`,
      );
    }
    if (last?.collector !== collector) this.#lastCritical = { collector, at: now };
  }

  #onAlert(
    collector: SimulatedScan,
    alert: Alert & { account?: unknown },
    fate: Fate,
    now: number,
    isLeaseOver: CollectorFacts['isLeaseOver'],
  ): void {
    const booked = this.alerts.get(alert.alertId);
    const name = `alert ${alert.kind} ${alert.alertId}`;
    mustBe(booked !== undefined, 'P4', () => `${name} was published, and nobody put it into the outbox`);
    mustBe(
      alert.account === booked.account,
      'P4',
      () => `${name} is of account ${booked.account}, and was published as of ${String(alert.account)}`,
    );
    for (const earlier of booked.publications) {
      const isPutAgain = booked.putAt.some((at) => at > earlier.at);
      const other = earlier.collector;
      const isExcused =
        earlier.isUnknown ||
        isPutAgain ||
        (other === collector && fate === 'retried') ||
        (other !== collector && (other.hasFaults || other.status === 'died' || isLeaseOver(other)));
      mustBe(isExcused, 'P3', () => `${name} was published by collector ${other.id}, and again by ${collector.id}`);
      this.#events.add('published twice');
    }
    booked.publications.push({ collector, at: now, isUnknown: fate !== 'well' });
    this.#events.add('collected and published');
  }

  /** `group`: the group in the outbox; `null`: the outbox does not have it. */
  onDelete(key: string, group: StoredGroup | null): void {
    for (const { alertId } of group?.alerts ?? []) {
      const isPublished = (this.alerts.get(alertId)?.publications.length ?? 0) > 0;
      mustBe(isPublished, 'P3', () => `the group ${key} left the outbox, and its alert ${alertId} was not published`);
    }
  }

  /** `since`: in world time. */
  isPutSince(kind: string, account: string, since: number): boolean {
    return [...this.alerts.values()].some(
      (alert) => alert.kind === kind && alert.account === account && alert.putAt.some((at) => at >= since),
    );
  }

  /** At the end: everything that was put into the outbox was published. */
  checkAllPublished(): void {
    for (const [alertId, { account, kind, publications }] of this.alerts) {
      mustBe(publications.length > 0, 'P3', () => `alert ${kind} ${alertId} of ${account} was never published`);
    }
  }
}
