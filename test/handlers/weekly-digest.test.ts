/** The weekly digest of the product as it is deployed: its settings from the template, the table and the topic over HTTP. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { startDynamoDbEmulator } from '../../emulators/dynamodb.ts';
import { startLightsailEmulator } from '../../emulators/lightsail.ts';
import { startSnsEmulator } from '../../emulators/sns.ts';
import { realTime } from '../../lambda/adapters/clock-and-sleep.ts';
import { buildScan, type Scan } from '../../lambda/build-scan.ts';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import type { Digest } from '../../lambda/contract/json-event.ts';
import { parseScanEnvironment } from '../../lambda/handlers/environment.ts';
import { synthesise } from '../lib/synthesise.ts';
import { httpFromAnywhere, sshFromAnywhere } from '../scan/samples.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';

const region = 'eu-west-1';
const account = '123456789012';
const start = Date.parse('2026-11-23T10:00:00.000Z');
const day = 86_400_000;

const [lightsail, sns, dynamodb] = await Promise.all([
  closeAfterTests(startLightsailEmulator({ regions: [region], notEnabledRegions: [], account })),
  closeAfterTests(startSnsEmulator({ account })),
  closeAfterTests(startDynamoDbEmulator()),
]);
lightsail.addInstance({ region, name: 'web-1', portStates: [httpFromAnywhere] });
Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url,
  AWS_ENDPOINT_URL_SNS: sns.url,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
});
const topics = new SNSClient({ region });
const { TopicArn = '' } = await topics.send(new CreateTopicCommand({ Name: 'alerts' }));
for (const [Protocol, Endpoint] of [
  ['sqs', `arn:aws:sqs:${region}:${account}:alerts`],
  ['email', 'you@example.com'],
])
  await topics.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
topics.destroy();

describe('the weekly digest over HTTP', () => {
  /** Deploys with a separate table; the test sets the clock. */
  async function deploy(configuration: Record<string, string>, clock: () => number): Promise<Scan> {
    const table = `Snapshots-${JSON.stringify(configuration).replace(/\W/g, '')}`;
    const client = new DynamoDBClient({ region });
    await createSnapshotTable(client, table);
    client.destroy();
    const functions = synthesise({ name: 'prod', attribution: 'false', ...configuration }).template.findResources(
      'AWS::Lambda::Function',
    );
    const [, scan] = Object.entries(functions).find(([id]) => id.startsWith('MonitorScan')) ?? [];
    const deployment = parseScanEnvironment({
      AWS_REGION: region,
      [environmentKeys.account]: account,
      [environmentKeys.table]: table,
      [environmentKeys.alertTopicArn]: TopicArn,
      [environmentKeys.settings]: scan?.['Properties'].Environment.Variables[environmentKeys.settings],
    });
    return buildScan(deployment, { time: { ...realTime, clock } });
  }

  interface Played {
    digests: Digest[];
    /** The requests to the table since the end of the week. */
    operations: string[];
  }

  async function play(configuration: Record<string, string>): Promise<Played> {
    sns.clearOutbox();
    let now = start;
    const scan = await deploy(configuration, () => now);
    const scanAt = async (at: number) => {
      now = at;
      await scan.run(now + 60_000, () => undefined);
    };
    await scanAt(start);
    lightsail.setPortStates({ region, name: 'web-1', portStates: [httpFromAnywhere, sshFromAnywhere] });
    await scanAt(start + day);
    await scanAt(start + 7 * day - 1);
    dynamodb.clearCalls();
    await scanAt(start + 7 * day);
    await scanAt(start + 7 * day + 300_000);
    await scanAt(start + 14 * day - 1);
    scan.destroy();
    lightsail.setPortStates({ region, name: 'web-1', portStates: [httpFromAnywhere] });
    return {
      digests: sns.outbox().map(({ body }): Digest => JSON.parse(body)),
      operations: dynamodb.calls().map(({ operation }) => operation),
    };
  }

  let byDefault: Played;
  beforeAll(async () => {
    byDefault = await play({});
  });

  test('P5: is sent once in seven days, by default', () => {
    const { digests } = byDefault;
    expect(digests.map(({ alerts }) => alerts.map(({ kind }) => kind))).toEqual([
      ['monitoring-started'],
      ['firewall-changed'],
      ['all-is-well'],
    ]);
    expect(digests.at(-1)).toMatchObject({
      name: 'prod',
      coverage: { instancesListed: 1, instancesRead: 1, regionsListed: 1, regionsSkipped: [] },
      alerts: [
        {
          severity: 'info',
          region,
          week: {
            from: '2026-11-23T10:00:00.000Z',
            until: '2026-11-30T10:00:00.000Z',
            counts: {
              scans: 3,
              completeScans: 3,
              longestSilenceSeconds: 6 * 86_400 - 0.001,
              changes: { critical: 1, high: 0, medium: 0, low: 0, info: 0 },
              expectedChanges: 0,
              rewritten: 0,
            },
            openToWorld: [
              {
                instanceName: 'web-1',
                region,
                severity: 'critical',
                since: '2026-11-24T10:00:00.000Z',
                isLastKnown: false,
              },
            ],
            gaps: [],
            subscriptions: { confirmed: 1, pending: 1, deleted: 0 },
            problems: ['6 days without a complete scan', '1 subscription not confirmed'],
          },
        },
      ],
    });
  });

  test('P10: the scan that sends it writes no more items than any other scan', () => {
    const writes = byDefault.operations.filter((operation) => !/^(Query|GetItem)$/.test(operation));
    // The writes of three scans: the start of the lease, the scan item, the end of the lease.
    expect(writes).toEqual(Array.from({ length: 3 }, () => ['UpdateItem', 'PutItem', 'UpdateItem']).flat());
  });

  test('is not sent if the setting is off', async () => {
    const { digests } = await play({ weeklyDigest: 'false' });
    expect(digests.flatMap(({ alerts }) => alerts.map(({ kind }) => kind))).toEqual([
      'monitoring-started',
      'firewall-changed',
    ]);
  });
});
