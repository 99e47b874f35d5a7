/**
 * The environment of the demo: stand-ins for AWS on loopback, and the deployed scan with real SDK clients that use the stand-ins. The clock
 * of the demo starts 15 minutes in the past, so that the demo can scan at intervals of five minutes without waiting.
 */
import { type Emulators, startEmulators } from '../../emulators/start.ts';
import { realTime } from '../../lambda/adapters/clock-and-sleep.ts';
import type { SlackMessage } from '../../lambda/alerts/slack-blocks.ts';
import { renderSlackDigest } from '../../lambda/alerts/slack-digest-message.ts';
import { buildScan } from '../../lambda/build-scan.ts';
import { type Digest, parseDigest } from '../../lambda/contract/json-event.ts';
import { defaultSettings } from '../../lambda/contract/settings-schema.ts';
import type { ReadError } from '../../lambda/history/read-errors.ts';
import type { ScanReport } from '../../lambda/scan/full-scan.ts';
import type { ScanEvent } from '../../lambda/scan/interfaces.ts';
import { DemoAccount } from './demo-account.ts';
import { buildDemoFleet, demoAccountId, demoHomeRegion, demoRegions } from './demo-fleet.ts';
import { isolateEnvironment } from './isolate-environment.ts';
import { recordDelayMs } from './record-api-call.ts';

export const scanEveryMinutes = 5;
export const demoTableName = 'portwatch-demo';

/** The clock of the demo starts three intervals in the past, so that the fourth scan is at the present time. */
const startAgoMs = 3 * scanEveryMinutes * 60_000;
/** Time limit of a scan. A scan of five instances takes one or two seconds, with the retries of a failing read. */
const scanTimeMs = 60_000;

export interface DemoMessage {
  subject: string;
  email: string;
  slack: SlackMessage;
  /** The JSON event that the queue received. `digest` is the same event, parsed. */
  event: unknown;
  digest: Digest;
}

export interface DemoScan {
  /** ISO instants of the demo's clock. */
  startedAt: string;
  endedAt: string;
  report: ScanReport;
  /** Reads that failed or were left out, as sentences. */
  unread: string[];
  /** The scan's errors that are not in `unread`, as sentences. The list is empty unless a person has changed the stand-ins. */
  defects: string[];
  messages: DemoMessage[];
}

export interface DemoEnvironment {
  emulators: Emulators;
  /** Environment variables for a shell that uses the stand-ins. */
  environment: Record<string, string>;
  account: DemoAccount;
  /** The clock of the demo, in ms since the epoch. */
  now: () => number;
  /** Throws if no scan was possible. */
  scanOnce(): Promise<DemoScan>;
  skipInterval(): void;
  /** Sets the clock to the real time. */
  catchUp(): void;
  close(): Promise<void>;
}

/** Sets the AWS environment variables of this process; `close` restores the earlier values. */
export async function openDemoEnvironment(): Promise<DemoEnvironment> {
  let offsetMs = -startAgoMs;
  const clock = () => Date.now() + offsetMs;
  const emulators = await startEmulators({
    account: demoAccountId,
    region: demoHomeRegion,
    now: clock,
    lightsail: { regions: demoRegions, instances: buildDemoFleet(), pageSize: 2 },
  });
  const restoreEnvironment = isolateEnvironment(emulators.environment);
  const account = new DemoAccount(demoHomeRegion);
  const scanner = await buildScanner(account, emulators, clock);
  return {
    emulators,
    environment: emulators.environment,
    account,
    now: clock,
    scanOnce: scanner.scanOnce,
    skipInterval: () => {
      offsetMs = Math.min(0, offsetMs + scanEveryMinutes * 60_000);
    },
    catchUp: () => {
      offsetMs = 0;
    },
    async close() {
      scanner.destroy();
      account.destroy();
      restoreEnvironment();
      await emulators.close();
    },
  };
}

async function buildScanner(account: DemoAccount, emulators: Emulators, clock: () => number) {
  await account.createTable(demoTableName);
  const alertTopicArn = await account.createTopic('portwatch-demo-alerts', [
    { protocol: 'email', endpoint: 'you@example.com' },
    { protocol: 'sqs', endpoint: `arn:aws:sqs:${demoHomeRegion}:${demoAccountId}:portwatch-demo` },
  ]);
  emulators.sns.confirmSubscriptions();
  const settings = { ...defaultSettings(), account: demoAccountId, name: 'demo', weeklyDigest: false };
  const deployment = { settings, tableName: demoTableName, alertTopicArn, channels: [], homeRegion: demoHomeRegion };
  emulators.cloudtrail.setDelay({ ms: recordDelayMs });
  // No wait between lookups: the stand-in of CloudTrail has no rate limit.
  const time = { ...realTime, clock, sleep: async () => {} };
  const scan = buildScan(deployment, { time });
  const scanOnce = async (): Promise<DemoScan> => {
    const errors = { unread: [], defects: [] };
    const startedAt = new Date(clock()).toISOString();
    emulators.sns.clearOutbox();
    const report = await scan.run(clock() + scanTimeMs, (event) => collectErrors(event, errors));
    const endedAt = new Date(clock()).toISOString();
    return { startedAt, endedAt, report, ...errors, messages: readMessages(emulators) };
  };
  return { scanOnce, destroy: () => scan.destroy() };
}

function collectErrors(event: ScanEvent, { unread, defects }: Pick<DemoScan, 'unread' | 'defects'>): void {
  switch (event.event) {
    case 'instance-failed':
      unread.push(`${event.instanceName ?? 'an instance'} (${event.region}): ${describeReadError(event.error)}`);
      return;
    case 'region-failed':
      unread.push(`${event.region}: ${describeReadError(event.error)}`);
      return;
    case 'region-paused':
      unread.push(`${event.region}: ${event.reason}, not requested in this scan`);
      return;
    case 'regions':
    case 'region-listed':
    case 'instance-read':
    case 'told':
    case 'calls-looked-up':
    case 'attributed':
      return;
    default:
      defects.push(`${event.event}: ${'error' in event ? String(event.error) : JSON.stringify(event)}`);
  }
}

const describeReadError = ({ reason, message }: ReadError) => `${reason}, ${message}`;

/**
 * Each message has two subscribers: a mail address, and a queue that gets the JSON event. The Slack message is rendered from that event.
 */
function readMessages({ sns }: Emulators): DemoMessage[] {
  const deliveries = sns.outbox();
  return deliveries
    .filter(({ protocol }) => protocol === 'email')
    .map(({ messageId, subject, body }) => {
      const queued = deliveries.find((other) => other.protocol === 'sqs' && other.messageId === messageId);
      const event: unknown = JSON.parse(queued?.body ?? 'null');
      const digest = parseDigest(event);
      if (digest === null) throw new Error(`the message ${subject ?? messageId} came without its JSON event`);
      return { subject: subject ?? '', email: body, slack: renderSlackDigest(digest), event, digest };
    });
}
