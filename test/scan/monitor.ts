/** A whole monitor with fakes: Lightsail, CloudTrail, a table, a topic, and a clock that the test sets. */
import type { SnsMessage } from '../../lambda/alerts/sns-message.ts';
import type { Alert, Digest } from '../../lambda/contract/json-event.ts';
import { defaultSettings, type ScanSettings } from '../../lambda/contract/settings-schema.ts';
import type { EventInstance } from '../../lambda/scan/decide/decide-event-instance.ts';
import { type EventScanReport, runEventScan } from '../../lambda/scan/event-scan.ts';
import { runFullScan, type ScanReport } from '../../lambda/scan/full-scan.ts';
import type {
  AlertPublisher,
  ScanEvent,
  SubscriptionCounter,
  SubscriptionCounts,
} from '../../lambda/scan/interfaces.ts';
import type { ScanSetup } from '../../lambda/scan/scan-run.ts';
import { FakeCloudTrail } from './fake-cloudtrail.ts';
import { FakeLightsail } from './fake-lightsail.ts';
import { InMemoryFleetStore } from './in-memory-fleet-store.ts';
import type { InMemoryOutbox } from './in-memory-outbox.ts';

export class RecordingPublisher implements AlertPublisher, SubscriptionCounter {
  readonly messages: SnsMessage[] = [];
  hasSubscriber = true;
  failure: Error | null = null;

  subscriptions: SubscriptionCounts | null = { confirmed: 1, pending: 0, deleted: 0 };

  async countSubscriptions(): Promise<SubscriptionCounts | null> {
    return this.subscriptions;
  }

  async hasConfirmedSubscriber(): Promise<boolean> {
    return this.hasSubscriber;
  }

  async publish(message: SnsMessage): Promise<void> {
    if (this.failure) throw this.failure;
    this.messages.push(message);
  }

  digests(): Digest[] {
    return this.messages.map(({ message }) => JSON.parse(JSON.parse(message).default));
  }
}

export const account = '111122223333';

export class Monitor {
  readonly world: FakeLightsail;
  readonly store = new InMemoryFleetStore();
  readonly publisher = new RecordingPublisher();
  readonly events: ScanEvent[] = [];
  now = Date.parse('2026-11-23T10:00:00.000Z');
  settings: ScanSettings = {
    ...defaultSettings(),
    account,
    name: 'prod',
  };
  /** If set, several accounts are watched, and alerts wait for the collector. */
  outbox: InMemoryOutbox | null = null;
  /** True if API calls are looked up in CloudTrail. */
  isFollowing = false;
  readonly trail = new FakeCloudTrail(() => this.now);
  /** True if a weekly digest is sent. */
  isWeekly = false;
  /** Regions whose events reach the monitor. */
  eventRegions: readonly string[] = [];
  /** Runs each time the product waits, so that a test can run another scan in that time. */
  whilePausing: () => Promise<void> = async () => undefined;
  #nextId = 0;

  constructor(...regions: string[]) {
    this.world = new FakeLightsail(...regions);
  }

  /** Runs a full scan five minutes after the last one. */
  async scan(): Promise<ScanReport> {
    this.now += 300_000;
    return runFullScan(this.deps(), this.now + 240_000);
  }

  /** Runs an event scan for the instances, `afterMs` milliseconds later. */
  async look(targets: readonly EventInstance[], afterMs = 60_000): Promise<EventScanReport> {
    this.now += afterMs;
    return runEventScan(this.deps(), targets, this.now + 58_000);
  }

  deps(): ScanSetup {
    return {
      reader: this.world,
      store: this.store,
      publisher: this.publisher,
      outbox: this.outbox,
      observe: (event) => this.events.push(event),
      settings: this.settings,
      tableName: 'Snapshots',
      clock: () => {
        this.now += 1;
        return this.now;
      },
      timeout: () => new AbortController().signal,
      newId: () => {
        this.#nextId += 1;
        return `id-${this.#nextId}`;
      },
      pause: async (ms) => {
        this.now += ms;
        await this.whilePausing();
      },
      limits: { readsPerRegion: 5, regionsAtOnce: 3, reserveMs: 1_000 },
      tableRegion: null,
      calls: this.isFollowing ? this.trail : null,
      weekly: this.isWeekly
        ? { reader: this.store, subscriptions: this.publisher, eventRegions: this.eventRegions }
        : null,
    };
  }

  /** The text of the last mail. */
  mail(): string {
    return JSON.parse(this.publisher.messages.at(-1)?.message ?? '{}').email;
  }

  /** Runs a full scan, and returns the alerts that it sent. */
  async alertsOfScan(): Promise<Alert[]> {
    const before = this.publisher.messages.length;
    await this.scan();
    return this.publisher
      .digests()
      .slice(before)
      .flatMap(({ alerts }) => alerts);
  }
}
