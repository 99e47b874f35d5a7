/** Opens the table of a deployed monitor: finds the account of the credentials and the name of the table, and builds a reader. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, withoutCallLog } from '../../lambda/adapters/client-settings.ts';
import { stackOutputs } from '../../lambda/contract/names.ts';
import { ItemError } from '../../lambda/scan/interfaces.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import type { DeploymentOptions } from '../options/deployment-options.ts';
import { decideRatedBy, type RatedBy } from '../questions/rated-by.ts';
import { type CallerIdentity, identify } from './caller-identity.ts';
import { explainErrors } from './explain-errors.ts';
import { DynamoDbHistoryReader } from './history-reader.ts';
import { loadStackOutputs } from './stack-outputs.ts';

export interface Deployment {
  identity: CallerIdentity;
  account: string;
  /** Region of the deployment. */
  region: string;
  tableName: string;
  /** Its errors are CommandErrors, other than ItemErrors, which `withDeployment` turns into CommandErrors. */
  reader: DynamoDbHistoryReader;
  /** The settings that rate the answer about an instant: those that were in effect then, or the defaults. */
  loadRatedBy(at: string): Promise<RatedBy>;
  /** The interval of the scans at an instant, from the same settings; the longest that can be configured if the table has none. */
  loadScanInterval(at: string): Promise<number>;
  /** `keepHistoryDays` at an instant; `null`: no limit, or the table has no settings. */
  loadKeptDays(at: string): Promise<number | null>;
  /** The time of this machine, or that of AWS, as the answers so far have it, if the two differ by more than some seconds. */
  readNow(): string;
}

/** `scanEveryMinutes` is at most a day. */
const longestInterval = 1440;

/** Opens the table for `use`, and closes it afterwards. Throws CommandError if the table cannot be found or read. */
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
  const place = { tableName, region, account };
  const { close, ...loaders } = openHistoryReader(place, credentials, interrupted);
  try {
    return await use({ identity, ...place, ...loaders });
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    interrupted.throwIfAborted();
    throw new CommandError(`The table cannot be read by this version of Portwatch: ${error.message}.`, {
      cause: error,
    });
  } finally {
    terminal.showProgress(null);
    const { requests, readUnits } = loaders.reader.consumed;
    if (isDebug) terminal.err.print(`DynamoDB: ${requests} requests, ${readUnits} read units`);
    close();
  }
}

/** Reads end with an error once `signal` is aborted; `close` closes the connections. `credentials`: `undefined` leaves them to the SDK. */
export function openHistoryReader(
  { tableName, region, account }: Pick<Deployment, 'tableName' | 'region' | 'account'>,
  credentials: CallerIdentity['credentials'] | undefined,
  signal: AbortSignal,
) {
  const client = withoutCallLog(
    new DynamoDBClient({ ...clientSettings(), region, ...(credentials && { credentials }) }),
  );
  client.middlewareStack.add(
    (next) => (request) => explainErrors(next(request), signal, ...describeTableErrors(tableName, region)),
    { step: 'initialize', priority: 'high' },
  );
  const reader = new DynamoDbHistoryReader(client, tableName, account, signal);
  const loadSettings = (at: string) => reader.loadSettingsAt(at);
  const loadRatedBy = async (at: string) => decideRatedBy(await loadSettings(at));
  const loadScanInterval = async (at: string) => (await loadSettings(at))?.settings.scanEveryMinutes ?? longestInterval;
  const loadKeptDays = async (at: string) => (await loadSettings(at))?.settings.keepHistoryDays ?? null;
  const readNow = () => new Date(Date.now() + correctionOf(client.config.systemClockOffset)).toISOString();
  return { reader, loadRatedBy, loadScanInterval, loadKeptDays, readNow, close: () => client.destroy() };
}

/** `offset`: of the last answer, whose header `Date` has whole seconds and is as old as the answer took; so small ones mean nothing. */
const correctionOf = (offset: number): number => (Math.abs(offset) < 5_000 ? 0 : offset);

/** An output of the stack. Throws CommandError if it does not exist; `instead`: the option that replaces the output. */
export async function findOutput(
  { stack, monitor, stackRegion }: DeploymentOptions,
  { homeRegion, credentials }: CallerIdentity,
  output: string,
  instead: string,
  signal: AbortSignal,
): Promise<string> {
  const where = stackRegion ?? homeRegion;
  const outputs = await explainErrors(
    loadStackOutputs({ stack, monitor }, { ...clientSettings(), region: where, credentials }, signal),
    signal,
    `CloudFormation did not describe stack ${stack} in ${where}; allow cloudformation:DescribeStacks, or give ${instead}.`,
  );
  const value = outputs?.get(output);
  if (value !== undefined) return value;
  const found = outputs === null ? 'There is no such stack' : `It has no output ${output}`;
  throw new CommandError(
    `Stack ${stack} in ${where} does not show where Portwatch is deployed. ${found}; choose the stack with --stack, --stack-region and --profile, or give ${instead}.`,
  );
}

function describeTableErrors(tableName: string, region: string): [string, Record<string, string>] {
  const table = `Table ${tableName} in ${region}`;
  const denied = `${table} cannot be read with these credentials; allow dynamodb:Query and dynamodb:BatchGetItem on it and its index.`;
  return [
    `${table} could not be read.`,
    {
      ResourceNotFoundException: `There is no table ${tableName} in ${region}; name it with --table, and its region with --stack-region.`,
      AccessDeniedException: denied,
      // The index or the names of the keys differ, so this is the table of another program.
      ValidationException: `${table} is not a snapshot table of Portwatch; use the name in the stack's output SnapshotTableName.`,
    },
  ];
}
