/**
 * Runs docs/querying.md: the table of the template on ministack, the generated month in the table, and the commands of
 * the document in one bash.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { stackOutputs } from '../../lambda/contract/deployed-names.ts';
import { type GeneratedMonth, generateMonth } from '../data/generated-month.ts';
import { smallMonth } from '../data/generated-month-script.ts';
import { writeItems } from '../data/generated-month-table.ts';
import { type Command, listCommands } from '../docs/commands.ts';
import { readDocument } from '../docs/document.ts';
import { findOne, synthesise } from '../lib/synthesise.ts';
import { ministackPackage, startMinistack } from './ministack.ts';
import { ensurePython } from './python.ts';

const run = promisify(execFile);

/** The account number that ministack uses. */
const account = '000000000000';

const environment = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: 'eu-west-1',
};

export interface QueryingStage {
  month: GeneratedMonth;
  /** Each command of the document with its output. */
  answers: (Command & { printed: string })[];
}

/** Runs every command of the document once, in order. */
export async function runDocument(): Promise<QueryingStage> {
  const { bin } = await ensurePython([ministackPackage, 'awscli==1.46.3']);
  const home = await mkdtemp(join(tmpdir(), 'portwatch-querying-'));
  const ministack = await startMinistack(bin, home, environment);
  try {
    const env = {
      ...environment,
      HOME: home,
      AWS_ENDPOINT_URL: ministack.url,
      AWS_PAGER: '',
      PATH: `${bin}:${process.env['PATH']}`,
    };
    const bash = async (script: string) => {
      const { stdout } = await run('bash', ['-c', script], { env, cwd: home, maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    };
    const month = await generateMonth({ ...smallMonth, account });
    const tableName = await createTable(bash);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new DynamoDBClient({ endpoint: ministack.url, region: 'eu-west-1', credentials });
    await writeItems(client, tableName, month.items);
    client.destroy();
    return { month, answers: await runCommands(bash) };
  } finally {
    await ministack.stop();
    await rm(home, { recursive: true, force: true });
  }
}

type Bash = (script: string) => Promise<string>;

/** The table as deployed, in a separate stack. */
async function createTable(bash: Bash): Promise<string> {
  const { id, resource } = findOne(synthesise().template, 'AWS::DynamoDB::GlobalTable');
  const template = {
    Resources: { [id]: resource },
    Outputs: { [stackOutputs.snapshotTableName]: { Value: { Ref: id } } },
  };
  await bash(`aws cloudformation create-stack --stack-name Portwatch --template-body '${JSON.stringify(template)}'`);
  for (let tries = 0; tries < 60; tries += 1) {
    const found = await bash(`aws dynamodb list-tables --query 'TableNames[0]' --output text`);
    if (found.trim() !== 'None') return found.trim();
    await sleep(500);
  }
  throw new Error('ministack did not make the table of the stack');
}

/** All commands run in one shell, because later commands use variables of earlier ones. History expansion is on, as in a person's shell. */
async function runCommands(bash: Bash): Promise<QueryingStage['answers']> {
  const commands = listCommands(readDocument('docs/querying.md').text);
  const mark = '--- next ---';
  const script = ['set -euo pipefail; set -o history -H', ...commands.flatMap(({ code }) => [code, `echo '${mark}'`])];
  const printed = (await bash(script.join('\n'))).split(`${mark}\n`);
  return commands.map((command, i) => ({ ...command, printed: printed[i] ?? '' }));
}
