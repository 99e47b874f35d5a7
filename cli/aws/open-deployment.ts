/** From what a person said to the table of a deployed monitor: whose account it is, which table, and a reader of it. */

import { clientSettings } from '../../lambda/adapters/client-settings.ts';
import { stackOutputs } from '../../lambda/contract/names.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import type { DeploymentOptions } from '../options/deployment-options.ts';
import { decideRatedBy, type RatedBy } from '../questions/rated-by.ts';
import type { CallerIdentity } from './caller-identity.ts';
import { explainErrors } from './explain-errors.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { identify } from './identify.ts';
import { openHistoryReader } from './open-history-reader.ts';
import { loadStackOutputs } from './stack-outputs.ts';

export interface Deployment {
  identity: CallerIdentity;
  account: string;
  /** Where it is deployed. */
  region: string;
  tableName: string;
  reader: DynamoDbHistoryReader;
  /** The settings that rate the answer about an instant: those that were in effect then, or the defaults. */
  loadRatedBy(at: string): Promise<RatedBy>;
  /** Waits for what the reader brings; its errors become sentences. */
  ask<T>(asking: Promise<T>): Promise<T>;
  /** The same for what comes page by page. */
  askPages<T>(pages: AsyncIterable<T>): AsyncGenerator<T>;
}

/** Opens the table, lets `use` ask it, and closes it whatever comes. Throws CommandError where it can't be had, or can't be read. */
export async function withDeployment<T>(
  options: DeploymentOptions,
  { terminal, interrupted, isDebug }: CommandContext,
  use: (deployment: Deployment) => Promise<T>,
): Promise<T> {
  terminal.showProgress('looking for the table');
  const identity = await identify(options.profile ?? null, interrupted);
  const { account, credentials, homeRegion } = identity;
  const region = options.stackRegion ?? homeRegion;
  const tableName =
    options.table ?? (await findOutput(options, identity, stackOutputs.snapshotTableName, '--table', interrupted));
  const { reader, close } = openHistoryReader({ tableName, region, account, credentials }, interrupted);
  const ask = <A>(asking: Promise<A>) => explainErrors(asking, interrupted, ...describeTableErrors(tableName, region));
  try {
    const loadRatedBy = async (at: string) => decideRatedBy(await ask(reader.loadSettingsAt(at)));
    return await use({
      identity,
      account,
      region,
      tableName,
      reader,
      loadRatedBy,
      ask,
      askPages: (pages) => askPages(pages, ask),
    });
  } finally {
    terminal.showProgress(null);
    const { requests, readUnits } = reader.consumed;
    if (isDebug) terminal.err.print(`DynamoDB: ${requests} requests, ${readUnits} read units`);
    close();
  }
}

/** An output of the stack. Throws CommandError where there is none; `instead`: the option that does without. */
export async function findOutput(
  { stack, stackRegion }: DeploymentOptions,
  { homeRegion, credentials }: CallerIdentity,
  output: string,
  instead: string,
  signal: AbortSignal,
): Promise<string> {
  const where = stackRegion ?? homeRegion;
  const outputs = await explainErrors(
    loadStackOutputs(stack, { ...clientSettings(), region: where, credentials }, signal),
    signal,
    `CloudFormation did not describe stack ${stack} in ${where}; allow cloudformation:DescribeStacks, or give ${instead}.`,
  );
  const value = outputs?.get(output);
  if (value !== undefined) return value;
  const found = outputs === null ? 'There is no such stack' : `It has no output ${output}`;
  throw new CommandError(
    `Stack ${stack} in ${where} does not say where Portwatch is deployed. ${found}; name it with --stack, --stack-region and --profile, or give ${instead}.`,
  );
}

function describeTableErrors(tableName: string, region: string): [string, Record<string, string>] {
  const table = `Table ${tableName} in ${region}`;
  const denied = `${table} may not be read with these credentials; allow dynamodb:Query and dynamodb:BatchGetItem on it and its index.`;
  return [
    `${table} could not be read.`,
    {
      ResourceNotFoundException: `There is no table ${tableName} in ${region}; name it with --table, and its region with --stack-region.`,
      AccessDeniedException: denied,
      // Another index, or keys of other names: some other program's table.
      ValidationException: `${table} is not a snapshot table of Portwatch; name the one that the stack's output SnapshotTableName says.`,
    },
  ];
}

async function* askPages<T>(pages: AsyncIterable<T>, ask: <A>(asking: Promise<A>) => Promise<A>): AsyncGenerator<T> {
  const iterator = pages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await ask(iterator.next());
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
