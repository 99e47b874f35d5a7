import { join } from 'node:path';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { describe, expect, test } from '@jest/globals';
import { startLambdaEmulator } from '../../emulators/lambda.ts';
import { startLightsailEmulator } from '../../emulators/lightsail.ts';
import { startSnsEmulator } from '../../emulators/sns.ts';
import type { StandIn } from '../../emulators/wire/stand-in.ts';
import { buildApprovalStore } from '../../lambda/adapters/dynamodb-approval-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import { stackOutputs } from '../../lambda/contract/deployed-names.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { commandPermissions } from '../docs/command-permissions.ts';
import { entryOf } from '../scan/entries.ts';
import { someFacts, sshFromOffice } from '../scan/samples.ts';
import { scanRecordOf } from '../scan/scan-records.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { depth } from '../support/depth.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { account, at, mysqlFromAnywhere, startSampleAccount, tableName } from './deployed-account.ts';

const folder = temporaryFolder();

/** Approvals to revoke: one for each run of the command. */
const revocable = Array.from({ length: 4 }, (_, i) => `a-000000000${i}`);

const [lightsail, sns, lambda] = await Promise.all([
  closeAfterTests(startLightsailEmulator({ account, regions: ['eu-west-1'] })),
  closeAfterTests(startSnsEmulator({ account })),
  closeAfterTests(startLambdaEmulator()),
]);
const deployed = await closeAfterTests(
  startSampleAccount({
    AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url,
    AWS_ENDPOINT_URL_SNS: sns.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
  }),
);
for (const id of revocable) await addApproval(id);
for (const name of ['web-1', 'web-2'])
  lightsail.addInstance({ region: 'eu-west-1', name, arn: someFacts.arn ?? '', portStates: [] });
lambda.setFunction('Portwatch-Scan', runScan);
const client = new SNSClient({});
const [alerts, health] = await Promise.all(['alerts', 'health'].map((name) => createTopic(client, name)));
client.destroy();
deployed.cloudFormation.setStack('Portwatch', {
  [stackOutputs.snapshotTableName]: tableName,
  [stackOutputs.scanFunctionName]: 'Portwatch-Scan',
  [stackOutputs.alertTopicArn]: alerts ?? '',
  [stackOutputs.healthTopicArn]: health ?? '',
});

async function addApproval(id: string): Promise<void> {
  const { origin: _, revoked: __, ...made } = { ...approvalOf({ id }), from: at('09:00') };
  const store = buildApprovalStore(new DynamoDbTable(deployed.client, tableName));
  await store.addApproval(account, { ...made, exposure: [{ protocol: 'udp', from: 1, to: 1, sources: ['::/0'] }] });
}

async function createTopic(client: SNSClient, name: string): Promise<string> {
  const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name: name }));
  await client.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: `arn:aws:sqs:eu-west-1:${account}:${name}` }),
  );
  return TopicArn;
}

let scans = 0;

/** The scan of the deployed function: each run records one change. */
async function runScan() {
  scans += 1;
  const startedAt = at(`11:${10 + scans}`);
  const resource = { account, region: 'us-east-1', instanceName: 'new' };
  await deployed.store.putEntry(entryOf(resource, scans, startedAt, { changedAfter: at('11:00') }));
  await deployed.store.putScan(scanRecordOf(account, startedAt, { changes: 1 }), null);
  // Removes the writes of the function from the log: they need no permission of a person.
  deployed.dynamodb.clearCalls();
  return { skipped: false, complete: true, instancesListed: 5, instancesRead: 5, alerts: 0 };
}

const instant = '2026-11-10 10:20 UTC';
const report = join(folder, 'report.html');

let approvedPort = 1000;

/** The arguments of each command in the document, chosen so that the command makes the most reads. */
const commands: Readonly<Record<string, readonly string[]>> = {
  scan: ['scan'],
  'scan --deployed': ['scan', '--deployed'],
  status: ['status'],
  history: ['history'],
  'history <instance>': ['history', 'web-1'],
  at: ['at', 'web-1', instant],
  diff: ['diff', 'web-1', instant, '2026-11-10 10:40 UTC'],
  exposed: ['exposed', '3306', '--at', instant],
  'exposed --between': ['exposed', '3306', '--between', '2026-11-10 09:30 UTC', instant],
  export: ['export'],
  report: ['report', '--out', report, '--since', '2026-11-10T09:00Z', '--until', '2026-11-10T11:00Z'],
  restore: ['restore', 'web-1', '--yes', '--to', '2026-11-10 10:20 UTC', '--anyway', '--wait', '0'],
  'restore --to': ['restore', 'web-2', '--yes', '--to', '2026-11-10 10:40 UTC', '--anyway', '--wait', '0'],
  'test-alert': ['test-alert'],
  /** Another port at each call, because exposure that is already approved is not approved again. */
  get approve() {
    approvedPort += 1;
    return ['approve', 'web-1', String(approvedPort), '--from', '198.51.100.0/24', '--reason', 'the office'];
  },
  approvals: ['approvals'],
  get revoke() {
    return ['revoke', revocable.pop() ?? ''];
  },
};

/** Called before each run, because `restore` changes the firewalls: one has a rule too many, the other one lacks a rule. */
function resetFirewalls() {
  lightsail.setPortStates({
    region: 'eu-west-1',
    name: 'web-1',
    portStates: [sshFromOffice, mysqlFromAnywhere, sshOfBackup],
  });
  lightsail.setPortStates({ region: 'eu-west-1', name: 'web-2', portStates: [] });
}

const sshOfBackup = { ...sshFromOffice, protocol: 'udp' };

const services = (): Record<string, StandIn> => ({
  lightsail,
  sns,
  lambda,
  dynamodb: deployed.dynamodb,
  cloudformation: deployed.cloudFormation,
});

/** In IAM, the operation `Invoke` has another name. */
const toAction = (service: string, operation: string) =>
  `${service}:${operation === 'Invoke' ? 'InvokeFunction' : operation}`;

const usedActions = () => [
  ...new Set(
    Object.entries(services()).flatMap(([service, each]) =>
      each.calls().map(({ operation }) => toAction(service, operation)),
    ),
  ),
];

/** Without this permission, the command still ends with 0, and reports what it does not know. */
const optional: Readonly<Record<string, string>> = { status: 'sns:ListSubscriptionsByTopic' };

/** test/cli/doctor/doctor.test.ts does the same for `doctor`, which needs more stand-ins. */
const rows = commandPermissions
  .flatMap(({ commands: names, actions }) => names.map((name) => ({ name, actions })))
  .filter(({ name }) => name !== 'doctor');

/** The actions that were denied to a command. */
const denied = new Set<string>();

/** In `npm test`, each action is denied to one command: the errors of an action are explained alike for all commands. */
function isTried(action: string): boolean {
  const isKnown = denied.has(action);
  denied.add(action);
  return !isKnown || depth({ quick: false, full: true });
}

describe('docs/permissions.md: the actions of each command', () => {
  test('every command that calls AWS has a row', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(commands).sort());
  });

  test.each(rows)('P9: $name needs exactly its actions', async ({ name, actions }) => {
    const run = () => deployed.runByStack(...(commands[name] ?? []));
    for (const each of Object.values(services())) each.clearCalls();
    resetFirewalls();
    expect(await run()).toMatchObject({ code: 0 });
    expect(usedActions().sort()).toEqual([...actions, ...[optional[name] ?? []].flat()].sort());
    for (const action of actions.filter(isTried)) {
      const [service = '', operation = ''] = action.split(':');
      const named = operation.replace('InvokeFunction', 'Invoke');
      const standIn = services()[service];
      standIn?.addFault({
        kind: 'error',
        name: 'AccessDeniedException',
        operation: named,
        message: 'not allowed',
      });
      resetFirewalls();
      const { code, stderr } = await run();
      standIn?.clearFaults();
      expect({ action, code, isNamed: stderr.includes(action) }).toEqual({ action, code: 2, isNamed: true });
    }
  });
});
