/**
 * Builds the parts of a monitor of several accounts: passes, account scans and event scans. The clients of SQS, Organizations and STS are
 * imported statically. In a bundle that is one file of ES modules, `import()` would slow the start of every function more than these
 * clients do.
 */
import { randomUUID } from 'node:crypto';
import type { WatchedAccount } from './accounts/watched-account.ts';
import { callOnce } from './adapters/call-once.ts';
import { clientSettings, openConnectionPool, shareConnections } from './adapters/client-settings.ts';
import { realTime } from './adapters/clock-and-sleep.ts';
import { CloudTrailReader, lookupTimeouts } from './adapters/cloudtrail-reader.ts';
import { buildAccountStore } from './adapters/dynamodb-account-store.ts';
import { buildPassStore } from './adapters/dynamodb-pass-store.ts';
import { DynamoDbTable } from './adapters/dynamodb-table.ts';
import { LightsailReader } from './adapters/lightsail-reader.ts';
import { OrganizationLister } from './adapters/organization-lister.ts';
import { RoleSessions } from './adapters/role-sessions.ts';
import { SqsAccountQueue } from './adapters/sqs-account-queue.ts';
import { type AccountReaders, type Deployment, openHome, realPacing } from './build-scan.ts';
import type { CollectScope } from './pass/decide-collector-run.ts';
import { endPassBefore, type PassEnd } from './pass/end-pass.ts';
import { type CollectorSetup, type CollectReport, runCollector } from './pass/run-collector.ts';
import type { AccountScanSetup } from './pass/scan-account.ts';
import { type AccountBatch, type QueuedAccount, scanAccountBatch } from './pass/scan-account-batch.ts';
import { type PassStart, startPass } from './pass/start-pass.ts';
import type { EventInstance } from './scan/decide/decide-event-instance.ts';
import { type EventScanReport, runEventScan } from './scan/event-scan.ts';
import type { ScanObserver } from './scan/interfaces.ts';

/** Runs the collector once. `deadlineAt`: milliseconds since 1970. */
export type Collect = (scope: CollectScope, deadlineAt: number, observe: ScanObserver) => Promise<CollectReport>;

export interface AccountScans {
  /** Starts a pass. Ends the previous pass if that pass is still open, and then calls `onEnded` with the result of the previous pass. */
  startPass(observe: ScanObserver, onEnded: (end: PassEnd) => void): Promise<PassStart>;
  collect: Collect;
  scan(
    batch: readonly QueuedAccount[],
    deadlineAt: number,
    observerOf: (account: string) => ScanObserver,
    log: Parameters<typeof scanAccountBatch>[3],
  ): Promise<AccountBatch>;
  destroy(): void;
}

export interface AccountEvents {
  /**
   * `null`: the account is not in the registry of accounts. Throws ItemError if the table has an item of the account that this version
   * cannot read.
   */
  loadAccount(account: string): Promise<WatchedAccount | null>;
  /** Reads the instances that events of one account name. Throws ReadError if the monitor cannot get credentials of the account. */
  run(
    account: Pick<WatchedAccount, 'account' | 'name'>,
    instances: readonly EventInstance[],
    deadlineAt: number,
    observe: ScanObserver,
  ): Promise<EventScanReport>;
  collect: Collect;
  destroy(): void;
}

export function buildAccountScans(deployment: Deployment, accountsQueueUrl: string): AccountScans {
  const { settings, homeRegion: region } = deployment;
  const monitor = openMonitor(deployment, settings.attribution);
  const config = { ...clientSettings(), region };
  const lister = callOnce(() => new OrganizationLister(config));
  const queue = callOnce(() => new SqsAccountQueue(config, accountsQueueUrl));
  return {
    startPass: (observe, onEnded) =>
      startPass({
        ...monitor.registry(observe),
        configured: settings.accounts ?? [],
        lister: { listAccounts: (...request) => lister().listAccounts(...request) },
        queue: { send: (messages) => queue().send(messages) },
        endPass: async () => {
          const ended = await endPassBefore(monitor.collector(observe));
          if (ended !== null) onEnded(ended);
        },
        timeout: realTime.timeout,
      }),
    scan: (batch, deadlineAt, observerOf, log) => {
      const setupOf = (account: string): AccountScanSetup => ({
        ...monitor.registry(observerOf(account)),
        enter: (...entered) => monitor.enter(...entered, observerOf(account)),
      });
      return scanAccountBatch(batch, deadlineAt, { setupOf, clock: realTime.clock }, log);
    },
    collect: monitor.collect,
    destroy: monitor.destroy,
  };
}

export function buildAccountEvents(deployment: Deployment): AccountEvents {
  const monitor = openMonitor(deployment, false);
  return {
    loadAccount: (account) => monitor.accounts.loadAccount(account),
    run: async ({ account, name }, instances, deadlineAt, observe) =>
      runEventScan(await monitor.enter(account, name, observe), instances, deadlineAt),
    collect: monitor.collect,
    destroy: monitor.destroy,
  };
}

/** `hasCalls`: true if API calls are looked up in CloudTrail. */
function openMonitor(deployment: Deployment, hasCalls: boolean) {
  const { settings, tableName, homeRegion } = deployment;
  const home = openHome(deployment, realPacing);
  const { outbox, publisher } = home;
  const { externalId, memberRoleName: roleName } = settings;
  if (outbox === null || externalId === null)
    throw new Error('Expected the settings accounts and externalId, which `cdk deploy` writes together; deploy again.');
  const table = new DynamoDbTable(home.dynamodb, tableName);
  const accounts = buildAccountStore(table, settings.account);
  const stsConfig = { ...clientSettings(), region: homeRegion };
  const [, partition = ''] = deployment.alertTopicArn.split(':');
  const sessions = callOnce(() => new RoleSessions({ partition, roleName, externalId }, stsConfig, realTime.clock));
  const pool = openConnectionPool();
  const lightsail = shareConnections(clientSettings(), pool);
  const cloudtrail = shareConnections(clientSettings(lookupTimeouts), pool);
  // AWS counts requests for each account separately, so each account gets clients of its own. The clients are dropped after the scan, so
  // that the memory does not grow with the number of accounts.
  const openReaders = (credentials: object): AccountReaders => ({
    reader: new LightsailReader(homeRegion, { ...lightsail, ...credentials }),
    calls: hasCalls ? new CloudTrailReader({ ...cloudtrail, ...credentials }, realTime) : null,
  });
  /** The account of the monitor itself is read with the role of the function. */
  const openCredentials = async (account: string): Promise<object> => {
    if (account === settings.account) return {};
    const roles = sessions();
    await roles.of(account);
    return { credentials: () => roles.of(account) };
  };
  const registry = (observe: ScanObserver) => ({
    settings,
    tableName,
    homeRegion,
    accounts,
    outbox,
    publisher,
    observe,
    clock: realTime.clock,
  });
  const passes = buildPassStore(table, settings.account);
  const collector = (observe: ScanObserver): CollectorSetup => ({ ...registry(observe), passes, newId: randomUUID });
  const collect: Collect = (scope, deadlineAt, observe) => runCollector(collector(observe), scope, deadlineAt);
  return {
    accounts,
    registry,
    collector,
    collect,
    enter: async (account: string, name: string, observe: ScanObserver) =>
      home.buildSetup(openReaders(await openCredentials(account)), { ...settings, account, name }, observe),
    destroy: () => {
      home.destroy();
      pool.httpAgent.destroy();
      pool.httpsAgent.destroy();
    },
  };
}
