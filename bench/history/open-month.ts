/** Fills a table of the stand-in, and makes the command line and an SDK client use it. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { isolateEnvironment } from '../../cli/demo/isolate-environment.ts';
import { runPortwatch } from '../../cli/run-portwatch.ts';
import { buildTerminal } from '../../cli/text/terminal.ts';
import { startCloudFormationEmulator } from '../../emulators/cloudformation.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../emulators/dynamodb.ts';
import { startStsEmulator } from '../../emulators/sts.ts';
import { generateMonth } from '../../test/data/generated-month.ts';
import type { MonthPlan } from '../../test/data/generated-month-script.ts';
import { writeItems } from '../../test/data/generated-month-table.ts';

export const tableName = 'Snapshots';

export interface OpenMonth {
  dynamodb: DynamoDbEmulator;
  client: DynamoDBClient;
  /** Number of items in the table. */
  items: number;
  /** Runs one command in this process and returns its output. Throws if the command ends with an error. */
  run(...args: string[]): Promise<{ stdout: string; stderr: string }>;
  close(): Promise<void>;
}

export function openMonth(plan: MonthPlan): Promise<OpenMonth> {
  return openFilled(plan.account, async (client) => {
    const { items } = await generateMonth(plan);
    await writeItems(client, tableName, items);
    return items.length;
  });
}

/** `account`: the account of the credentials. `fill`: writes the items, and returns their number. */
export async function openFilled(
  account: string,
  fill: (client: DynamoDBClient) => Promise<number>,
): Promise<OpenMonth> {
  const dynamodb = await startDynamoDbEmulator();
  const cloudFormation = await startCloudFormationEmulator();
  const sts = await startStsEmulator({ account });
  cloudFormation.setStack('Portwatch', { SnapshotTableName: tableName });
  const leave = isolateEnvironment({
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_ACCESS_KEY_ID: 'EMULATED',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_REGION: 'eu-west-1',
  });
  const client = new DynamoDBClient({});
  await createSnapshotTable(client, tableName);
  const items = await fill(client);
  const close = async () => {
    leave();
    client.destroy();
    await Promise.all([dynamodb.close(), cloudFormation.close(), sts.close()]);
  };
  return { dynamodb, client, items, run: runHere, close };
}

async function runHere(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof said) => ({
    write: (text: string) => {
      said[name] += text;
    },
  });
  const terminal = buildTerminal({ stdout: stream('stdout'), stderr: stream('stderr') }, {});
  // The debug output contains the number of requests to the table.
  const code = await runPortwatch(args, terminal, new AbortController().signal, true);
  if (code !== 0) throw new Error(`portwatch ${args.join(' ')} ended with ${code}: ${said.stderr}`);
  return said;
}
