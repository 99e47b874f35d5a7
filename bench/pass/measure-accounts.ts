/**
 * Watches several accounts on the stand-ins with the schedule, the queue with its event source mapping, and the bundled function in
 * separate processes. Some processes are killed. Firewalls are changed between the passes. At the end, an alert about every change must
 * have been published.
 */
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { allRegionNames } from '../../emulators/lightsail/regions.ts';
import { drainQueue, type QueueEvent } from '../../emulators/sqs/event-source.ts';
import { startEmulators } from '../../emulators/start.ts';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import { createAlertTopic } from '../../test/support/create-alert-topic.ts';
import { Random } from '../../test/support/random.ts';
import { startTableMeter, sumUnits } from '../unchanged-scan/table-meter.ts';
import { type Comparison, compareAlerts, parsePublished, sumCounted } from './compare-alerts.ts';
import { FunctionPool, KilledError } from './function-pool.ts';
import { regions, WatchedFleets } from './watched-fleets.ts';

interface AccountsOptions {
  accounts: number;
  instances: number;
  /** Passes after every instance was read once. Firewalls change before each of these passes. */
  passes: number;
  /** Passes at the end in which no process is killed. */
  calmPasses: number;
  /** False: Lightsail has only the two regions with instances. */
  hasEmptyRegions: boolean;
  /** Share of the invocations that are killed, 0 to 1. */
  killed: number;
  /** Maximum concurrency of the event source mapping: the largest number of invocations at the same time. */
  concurrency: number;
  /** The largest number of messages in one invocation. */
  batchSize: number;
  seed: number;
  /** The bundle of the scan function. */
  bundle: string;
  memoryMb: number;
}

interface PassFigures {
  wallMs: number;
  invocations: number;
  killed: number;
  readUnits: number;
  writeUnits: number;
  messages: number;
}

export interface AccountsReport extends Comparison {
  passes: PassFigures[];
  /** The number of changes that need an alert. */
  required: number;
  invocations: number;
  killed: number;
  /** Errors of invocations that were not killed. */
  errors: string[];
  peakBytes: number;
  /** Messages of the queue that became dead letters. */
  deadLetters: number;
  /** Alerts that were published twice although no invocation for their account was killed. */
  repeatedWithoutReason: string[];
  log: string[];
}

/** 15 of these regions have no instance. */
const lightsailRegions = allRegionNames.slice(0, 17);

const monitor = '123456789012';
const homeRegion = 'eu-west-1';
const externalId = 'portwatch-bench';
const scanEveryMinutes = 5;
/** The largest number of passes until every instance was read once. A large fleet needs several passes. */
const mostFirstPasses = 6;
/** The timeout of the scan function: four fifths of the scan interval, as in `lib/scan-function.ts`. */
const timeoutMs = 240_000;

export async function measureAccounts(options: AccountsOptions): Promise<AccountsReport> {
  const run = new AccountsRun(options, await startParts(options));
  try {
    return await run.measure();
  } finally {
    await run.close();
  }
}

async function startParts(options: AccountsOptions) {
  const clock = { aheadMs: 0 };
  const emulators = await startEmulators({
    account: monitor,
    region: homeRegion,
    now: () => Date.now() + clock.aheadMs,
    lightsail: {
      pageSize: 50,
      regions: options.hasEmptyRegions ? lightsailRegions : [...regions],
      notEnabledRegions: [],
    },
  });
  const random = new Random(options.seed);
  const accounts = Array.from({ length: options.accounts }, (_, index) => String(200_000_000_001 + index));
  const monitorRole = `arn:aws:iam::${monitor}:role/PortwatchMonitor`;
  emulators.sts.setCaller(monitorRole);
  emulators.sts.setRoles(
    accounts.map((account) => ({ account, roleName: 'PortwatchMember', externalId, trusted: [monitorRole] })),
  );
  const fleets = new WatchedFleets(emulators.lightsail, accounts, options.instances, random);
  const credentials = { accessKeyId: 'EMULATED', secretAccessKey: 'emulated' };
  const table = new DynamoDBClient({ endpoint: emulators.dynamodb.url, region: homeRegion, credentials });
  const topics = new SNSClient({ endpoint: emulators.sns.url, region: homeRegion, credentials });
  await createSnapshotTable(table, 'Snapshots');
  const queueArn = `arn:aws:sqs:${homeRegion}:${monitor}:alerts`;
  const alertTopicArn = await createAlertTopic(topics, queueArn);
  for (const client of [table, topics]) client.destroy();
  emulators.sqs.createQueue({ name: 'dead' });
  const queueUrl = emulators.sqs.createQueue({
    name: 'accounts',
    // Longer than the timeout of the function, so that a message is delivered again only after its invocation is over.
    visibilityTimeoutSeconds: timeoutMs / 1_000 + 30,
    redrive: { deadLetterQueue: 'dead', maxReceiveCount: 5 },
  });
  const meter = await startTableMeter(emulators.dynamodb.url);
  const settings = { accounts, externalId, scanEveryMinutes, attribution: false, weeklyDigest: false };
  const pool = new FunctionPool({
    bundle: options.bundle,
    memoryMb: options.memoryMb,
    environment: {
      PATH: process.env['PATH'] ?? '',
      // With the compiled code in this folder, a process that replaces a killed process starts faster.
      NODE_COMPILE_CACHE: dirname(options.bundle),
      ...emulators.environment,
      AWS_ENDPOINT_URL_DYNAMODB: meter.url,
      [environmentKeys.account]: monitor,
      [environmentKeys.alertTopicArn]: alertTopicArn,
      [environmentKeys.table]: 'Snapshots',
      [environmentKeys.settings]: JSON.stringify(settings),
      [environmentKeys.accountsQueueUrl]: queueUrl,
    },
  });
  return { emulators, meter, pool, fleets, random, clock };
}

class AccountsRun {
  readonly #options: AccountsOptions;
  readonly #parts: Awaited<ReturnType<typeof startParts>>;
  /**
   * Accounts whose alerts can be published twice, because their scan was killed. `*`: every account, because a run of the collector or the
   * start of a pass was killed.
   */
  readonly #killedFor = new Set<string>();
  /** Milliseconds of the invocations that ended. `scans`: account scans. `others`: starts of passes, and runs of the collector. */
  readonly #durations: { scans: number[]; others: number[] } = { scans: [], others: [] };
  #invoked = 0;
  #collectedAt = 0;
  #isCalm = false;

  constructor(options: AccountsOptions, parts: Awaited<ReturnType<typeof startParts>>) {
    this.#options = options;
    this.#parts = parts;
  }

  async measure(): Promise<AccountsReport> {
    const passes: PassFigures[] = [await this.#pass()];
    // If an instance changes before its first read, no scan can notice the change. So no process is killed until every instance was read.
    this.#isCalm = true;
    while (passes.length < mostFirstPasses && (passes.at(-1)?.writeUnits ?? 0) > 20 * this.#options.accounts)
      passes.push(await this.#pass());
    this.#isCalm = false;
    // Few changes, because a digest with more than 200 alerts only counts its less severe alerts.
    const few = Math.max(1, Math.min(40, Math.round(this.#options.instances / 100)));
    for (let pass = 1; pass <= this.#options.passes; pass += 1) {
      this.#parts.fleets.beginChanges();
      this.#parts.fleets.openSomewhere(few, 3306);
      this.#parts.fleets.openEverywhere(2, 8000 + pass);
      this.#parts.fleets.respell(few);
      this.#parts.fleets.replaceSome(Math.max(1, Math.round(few / 2)));
      passes.push(await this.#pass());
    }
    // These last passes must publish every alert that a killed invocation did not publish.
    this.#isCalm = true;
    for (let pass = 1; pass <= this.#options.calmPasses; pass += 1) passes.push(await this.#pass());
    return this.#report(passes);
  }

  #report(passes: PassFigures[]): AccountsReport {
    const { sns, sqs } = this.#parts.emulators;
    const bodies = sns.publications().map(({ byProtocol }) => byProtocol?.['default'] ?? '{}');
    const published = bodies.flatMap(parsePublished);
    const { required, accounts } = this.#parts.fleets;
    const compared = compareAlerts(published, required, accounts, sumCounted(bodies));
    const { invocations, killed, errors, peakBytes, log } = this.#parts.pool;
    const isExcused = ({ account }: { account: string }) => this.#killedFor.has('*') || this.#killedFor.has(account);
    return {
      ...compared,
      passes,
      required: this.#parts.fleets.required.length,
      invocations,
      killed,
      errors,
      peakBytes,
      deadLetters: sqs.queue('dead').messages().length,
      repeatedWithoutReason: compared.repeated.filter((alert) => !isExcused(alert)).map(({ alertId }) => alertId),
      log,
    };
  }

  /** Runs everything of one scan interval: the start of a pass, the account scans, and the collector. */
  async #pass(): Promise<PassFigures> {
    const { sqs, sns } = this.#parts.emulators;
    const before = {
      invocations: this.#parts.pool.invocations,
      killed: this.#parts.pool.killed,
      sns: sns.publications().length,
    };
    this.#parts.meter.clear();
    const startedAt = Date.now();
    const beganAt = this.#now();
    // If the start of a pass is killed, some accounts get no message. These accounts wait for the next pass.
    await this.#invoke({}, '*').catch(passOverKilled);
    await this.#drain();
    await this.#collect();
    const wallMs = Date.now() - startedAt;
    // Messages of killed invocations are delivered again.
    for (
      let next = sqs.queue('accounts').nextVisibleAt();
      next !== null;
      next = sqs.queue('accounts').nextVisibleAt()
    ) {
      this.#skip(next - this.#now());
      await this.#drain();
    }
    for (let minute = 0; minute < 2; minute += 1) {
      this.#skip(60_000);
      await this.#collect();
    }
    this.#skip(beganAt + scanEveryMinutes * 60_000 + 1_000 - this.#now());
    await this.#collect();
    const units = sumUnits(this.#parts.meter.calls());
    this.#forgetCalls();
    return {
      wallMs,
      invocations: this.#parts.pool.invocations - before.invocations,
      killed: this.#parts.pool.killed - before.killed,
      ...units,
      messages: sns.publications().length - before.sns,
    };
  }

  /** The event source mapping invokes the function until the queue is empty. Meanwhile the collector runs once a minute. */
  async #drain(): Promise<void> {
    let isOver = false;
    const drained = drainQueue({
      sqs: this.#parts.emulators.sqs,
      queue: 'accounts',
      account: monitor,
      region: homeRegion,
      batchSize: this.#options.batchSize,
      maximumConcurrency: this.#options.concurrency,
      reportsFailures: true,
      invoke: (event) => this.#invoke(event, accountsOf(event)),
    }).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await Promise.race([drained, sleep(1_000)]);
      if (!isOver && this.#now() - this.#collectedAt >= 60_000) await this.#collect();
    }
    await drained;
  }

  async #collect(): Promise<void> {
    this.#collectedAt = this.#now();
    await this.#invoke({ portwatch: 'collect' }, '*').catch(passOverKilled);
  }

  /** `accounts`: the accounts whose alerts can be published twice if this invocation is killed. */
  async #invoke(event: unknown, accounts: '*' | readonly string[]): Promise<unknown> {
    this.#invoked += 1;
    const { killed } = this.#options;
    const isVictim = !this.#isCalm && killed > 0 && this.#invoked % Math.round(1 / killed) === 0;
    const startedAt = Date.now();
    const invocation = { event, remainingMs: timeoutMs, aheadMs: this.#parts.clock.aheadMs };
    try {
      const result = await this.#parts.pool.invoke(invocation, isVictim ? this.#drawDeath(accounts) : null);
      this.#durationsOf(accounts).push(Date.now() - startedAt);
      return result;
    } catch (error) {
      if (error instanceof KilledError) for (const account of accounts) this.#killedFor.add(account);
      throw error;
    }
  }

  #durationsOf(accounts: '*' | readonly string[]): number[] {
    return accounts === '*' ? this.#durations.others : this.#durations.scans;
  }

  /**
   * Returns after how many milliseconds an invocation is killed: a random number below 1,000, and below the shortest of the last four
   * invocations of its kind. So an invocation seldom ends before.
   */
  #drawDeath(accounts: '*' | readonly string[]): number {
    return this.#parts.random.next() * Math.min(...this.#durationsOf(accounts).slice(-4), 1_000);
  }

  #now(): number {
    return Date.now() + this.#parts.clock.aheadMs;
  }

  #skip(ms: number): void {
    this.#parts.clock.aheadMs += Math.max(0, ms);
  }

  #forgetCalls(): void {
    for (const standIn of [this.#parts.emulators.lightsail, this.#parts.emulators.dynamodb, this.#parts.emulators.sts])
      standIn.clearCalls();
  }

  async close(): Promise<void> {
    await this.#parts.pool.close();
    await this.#parts.meter.close();
    await this.#parts.emulators.close();
  }
}

/** Ignores the error of an invocation. The report contains the errors of the invocations that were not killed. */
function passOverKilled(): undefined {
  return undefined;
}

function accountsOf({ Records }: QueueEvent): string[] {
  return Records.map(({ body }) => String(JSON.parse(body).account));
}
