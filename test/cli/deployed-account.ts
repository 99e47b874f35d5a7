/** A deployed monitor for tests of the command line: stand-ins, a table with a short known history, and the command line on it. */

import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { isolateEnvironment } from '../../cli/demo/isolate-environment.ts';
import { type CloudFormationEmulator, startCloudFormationEmulator } from '../../emulators/cloudformation.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../emulators/dynamodb.ts';
import { type StsEmulator, startStsEmulator } from '../../emulators/sts.ts';
import { withoutCallLog } from '../../lambda/adapters/client-settings.ts';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import { toItem } from '../../lambda/adapters/items/read-item.ts';
import { attributionKey, settingsKey } from '../../lambda/contract/table-keys.ts';
import { exposureOf, type PortState } from '../../lambda/firewall/index.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { FleetStore, ScanRecord } from '../../lambda/scan/interfaces.ts';
import { baselineOf, entryOf, stateOf } from '../scan/entries.ts';
import { httpFromAnywhere, someFacts, sshFromAnywhere, sshFromOffice } from '../scan/samples.ts';
import { saveNewestScan, scanRecordOf } from '../scan/scan-records.ts';
import { type Ended, type ProcessOptions, type Running, runHere, startCli } from './run-cli.ts';
import { writeInBatches } from './write-in-batches.ts';

export const account = '111122223333';
export const tableName = 'Snapshots';

/** `10:05` on the day of the history. */
export const at = (clock: string, day = '2026-11-10'): string => `${day}T${clock}:00.000Z`;

export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export interface DeployedAccount {
  dynamodb: DynamoDbEmulator;
  cloudFormation: CloudFormationEmulator;
  sts: StsEmulator;
  client: DynamoDBClient;
  store: FleetStore;
  environment: Record<string, string>;
  /** Runs a command in this process, which is faster than a new process. `--table` names the table, unless the command needs the stack. */
  run(...args: string[]): Promise<Ended>;
  /** As `run`, but without `--table`: the command finds the table by the outputs of the stack. */
  runByStack(...args: string[]): Promise<Ended>;
  /** Runs a command on a terminal with this number of columns. */
  runOnTerminal(columns: number, env: Record<string, string>, ...args: string[]): Promise<Ended>;
  /** Starts a command as a separate process. */
  start(...args: string[]): Running;
  startWith(options: ProcessOptions, ...args: string[]): Running;
  put(item: Record<string, unknown>): Promise<unknown>;
  close(): Promise<void>;
}

/** `more`: environment variables for further stand-ins. */
export async function startDeployedAccount(more: Record<string, string> = {}): Promise<DeployedAccount> {
  const [dynamodb, cloudFormation, sts] = await Promise.all([
    startDynamoDbEmulator(),
    startCloudFormationEmulator(),
    startStsEmulator({ account }),
  ]);
  const credentials = { accessKeyId: 'EMULATED', secretAccessKey: 'emulated' };
  const client = withoutCallLog(new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials }));
  await createSnapshotTable(client, tableName);
  cloudFormation.setStack('Portwatch', { SnapshotTableName: tableName, ScanFunctionName: 'Portwatch-Scan' });
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: 'eu-west-1',
    TZ: 'UTC',
    ...more,
  };
  const leave = isolateEnvironment(environment);
  return {
    dynamodb,
    cloudFormation,
    sts,
    client,
    store: buildFleetStore(client, tableName),
    environment,
    run: (...args) => runHere(nameTable(args)),
    runByStack: (...args) => runHere(args),
    runOnTerminal: (columns, env, ...args) => runHere(args, { screen: { isTTY: true, columns }, terminalEnv: env }),
    start: (...args) => startCli(args, environment),
    startWith: (options, ...args) => startCli(args, environment, options),
    put: putInto(client),
    async close() {
      leave();
      client.destroy();
      await Promise.all([dynamodb.close(), cloudFormation.close(), sts.close()]);
    },
  };
}

const putInto = (client: DynamoDBClient) => (item: Record<string, unknown>) =>
  client.send(new PutItemCommand({ TableName: tableName, Item: marshall(item) }));

/** Commands that ask CloudFormation only for the name of the table. */
const commandsWithTable = new Set([
  'at',
  'history',
  'exposed',
  'diff',
  'export',
  'approvals',
  'approve',
  'revoke',
  'restore',
  'report',
]);

/** Adds `--table`, which saves a request to CloudFormation. */
const nameTable = (args: readonly string[]) =>
  commandsWithTable.has(args[0] ?? '') && !args.some((word) => /^--(table|stack|help)/.test(word))
    ? [...args, '--table', tableName]
    : args;

const instance = (instanceName: string, region = 'eu-west-1'): Resource => ({ account, region, instanceName });

export const mysqlFromAnywhere: PortState = { ...sshFromAnywhere, fromPort: 3306, toPort: 3306 };

export const byAlice: Attribution = {
  calls: [
    {
      eventId: 'e-1',
      at: '2026-11-10T10:02:10.000Z',
      name: 'PutInstancePublicPorts',
      by: 'IAM user alice',
      arn: `arn:aws:iam::${account}:user/alice`,
      sourceIpAddress: '198.51.100.7',
      userAgent: 'aws-cli/2',
      through: 'console',
    },
  ],
  fit: 'explained',
  foundBy: 'lookup',
  foundAt: '2026-11-10T10:20:00.000Z',
};

/** The same account, with the sample history. */
export async function startSampleAccount(more: Record<string, string> = {}): Promise<DeployedAccount> {
  const deployed = await startDeployedAccount(more);
  await writeInBatches(deployed.client, (collector) =>
    writeSampleHistory({ store: buildFleetStore(collector, tableName), put: putInto(collector) }),
  );
  await saveNewestScan(deployed.store, sampleScan(at('11:00')));
  return deployed;
}

const regions = ['ap-south-1', 'eu-west-1', 'us-east-1'];

/**
 * 10 November 2026, scans every five minutes from 09:00 to 11:00. web-1 and web-2 exist from the start. Alice opens mysql on web-1 between
 * 10:00 and 10:05; it is closed between 10:30 and 10:35. web-2 can't be read from 10:10 to 10:25 (alerted at 10:15). db-1 is gone between
 * 09:30 and 09:35. `copy` is in two regions. Nothing is known about ap-south-1 after 10:40.
 */
async function writeSampleHistory({ store, put }: Pick<DeployedAccount, 'store' | 'put'>): Promise<void> {
  for (const region of regions)
    await putHistory(store, [
      baselineOf({ account, region, instanceName: null }, at('09:00'), null, {
        ...{ severity: 'info', reason: 'the first complete listing of this region' },
      }),
      ...(region === 'ap-south-1'
        ? [gapOf({ account, region, instanceName: null }, 2, '10:45', '10:40', '10:35')]
        : []),
    ]);
  const opened = changeOf(
    instance('web-1'),
    2,
    '10:05',
    '10:00',
    [sshFromOffice, mysqlFromAnywhere],
    'critical',
    '09:00',
  );
  await putHistory(store, [
    baselineOf(instance('web-1'), at('09:00'), [sshFromOffice]),
    opened,
    changeOf(instance('web-1'), 3, '10:35', '10:30', [sshFromOffice], 'low', '10:05'),
  ]);
  await put(toItem(attributionKey(opened.resource, opened.at), byAlice));
  await putHistory(store, [
    baselineOf(instance('web-2'), at('09:00'), [sshFromAnywhere, httpFromAnywhere]),
    gapOf(instance('web-2'), 2, '10:15', '10:10', '10:05', at('09:00')),
    entryOf(instance('web-2'), 3, at('10:30'), {
      ...nothingRead,
      kind: 'gap-over',
      previousRulesAt: at('09:00'),
      changedAfter: at('10:05'),
      reason: 'it can be read again, and its firewall is what it was',
    }),
  ]);
  for (const region of ['eu-west-1', 'us-east-1'])
    await putHistory(store, [baselineOf(instance('copy', region), at('09:00'), [sshFromOffice])]);
  await putHistory(store, [baselineOf(instance('far', 'ap-south-1'), at('09:00'), [mysqlFromAnywhere])]);
  const gone = entryOf(instance('db-1'), 2, at('09:35'), {
    ...nothingRead,
    kind: 'gone',
    previousRulesAt: at('09:00'),
    closed: exposureOf({ rules: [mysqlFromAnywhere] }).reach,
    changedAfter: at('09:30'),
    severity: 'low',
    reason: 'the instance is gone',
  });
  for (const entry of [baselineOf(instance('db-1'), at('09:00'), [mysqlFromAnywhere]), gone])
    await store.putEntry(entry);
  await store.putDeparted({ resource: gone.resource, arn: null, firstSeenAt: at('09:00'), goneAt: gone.at });
  await put({
    ...settingsKey(account, at('09:00')),
    schema: 1,
    hash: 'first',
    settings: { highRiskPorts: [22, 3306, 3389] },
  });
  await putScans(store);
}

const nothingRead = {
  rules: null,
  opened: [],
  closed: [],
  verdict: null,
  severity: 'info',
  reason: '',
} as const satisfies Partial<HistoryEntry>;

function changeOf(
  resource: Resource,
  version: number,
  clock: string,
  after: string,
  rules: PortState[],
  severity: HistoryEntry['severity'],
  previous: string,
): HistoryEntry {
  const mysql = exposureOf({ rules: [mysqlFromAnywhere] }).reach;
  const isOpened = rules.includes(mysqlFromAnywhere);
  return entryOf(resource, version, at(clock), {
    rules,
    severity,
    reason: isOpened ? 'tcp 3306 (MySQL) is now open to anywhere' : 'tcp 3306 (MySQL) is now closed',
    verdict: isOpened ? 'widened' : 'narrowed',
    opened: isOpened ? mysql : [],
    closed: isOpened ? [] : mysql,
    changedAfter: at(after),
    previousRulesAt: at(previous),
  });
}

function gapOf(
  resource: Resource,
  version: number,
  clock: string,
  since: string,
  confirmed: string,
  previousRulesAt: string | null = null,
): HistoryEntry {
  return entryOf(resource, version, at(clock), {
    ...nothingRead,
    instance: resource.instanceName === null ? null : someFacts,
    kind: 'gap',
    previousRulesAt,
    severity: 'medium',
    reason: 'it could not be read: throttled',
    changedAfter: at(confirmed),
    failure: { reason: 'throttled', message: 'Rate exceeded', since: at(since) },
  });
}

/** Stores the entries of a resource, and the latest state after them. */
async function putHistory(store: FleetStore, entries: readonly HistoryEntry[]): Promise<void> {
  for (const entry of entries) await store.putEntry(entry);
  const [first, last, read] = [entries[0], entries.at(-1), entries.findLast(({ rules }) => rules !== null)];
  if (first === undefined || last === undefined) throw new Error('a history has an entry');
  const isRegion = last.resource.instanceName === null;
  const gap = last.kind === 'gap' ? last.failure : null;
  await store.createState(
    stateOf(last, {
      status: gap === null ? 'known' : 'unknown',
      instance: isRegion ? null : someFacts,
      rules: read?.rules ?? null,
      rulesAt: read?.at ?? null,
      seenAt: read?.at ?? first.at,
      firstSeenAt: first.at,
      baselinedAt: isRegion ? first.at : null,
      failure: gap && { ...gap, sinceScan: 20, confirmedAt: last.changedAfter, gapAt: last.at },
    }),
  );
}

/** Every five minutes; without the scan of 11:00, which is the newest. */
async function putScans(store: FleetStore): Promise<void> {
  const starts = Array.from({ length: 24 }, (_, index) => Date.parse(at('09:00')) + index * 300_000);
  for (const start of starts) await store.putScan(sampleScan(new Date(start).toISOString()), null);
}

function sampleScan(startedAt: string): ScanRecord {
  const isBlind = startedAt >= at('10:10') && startedAt <= at('10:25');
  const isFarLost = startedAt >= at('10:40');
  return scanRecordOf(account, startedAt, {
    regionsListed: regions.filter((region) => !(isFarLost && region === 'ap-south-1')),
    notRead: isBlind ? ['eu-west-1#web-2'] : [],
    instancesListed: 5,
    instancesRead: 5,
  });
}
