/**
 * Opens the table of a deployed monitor: finds the account of the credentials, the name of the table, and the accounts that the monitor
 * watches.
 */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import type { WatchedAccount } from '../../lambda/accounts/watched-account.ts';
import { callOnce } from '../../lambda/adapters/call-once.ts';
import { clientSettings, withoutCallLog } from '../../lambda/adapters/client-settings.ts';
import { stackOutputs } from '../../lambda/contract/deployed-names.ts';
import { toInstant } from '../../lambda/history/instants.ts';
import { ItemError } from '../../lambda/history/read-errors.ts';
import type { LoadedAccounts } from '../../lambda/pass/interfaces.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import type { DeploymentOptions } from '../options/deployment-options.ts';
import type { AccountNames } from '../questions/account-names.ts';
import { cacheByKey } from '../questions/cache-by-key.ts';
import { chooseRatingSettings, type RatedBy } from '../questions/choose-rating-settings.ts';
import type { WaitingAlerts } from '../questions/waiting-alerts.ts';
import { refuseWrongClock } from '../refuse-wrong-clock.ts';
import { readNow } from '../time/clock.ts';
import { type CallerIdentity, identify } from './caller-identity.ts';
import { chooseAccountsOfQuestion, nameAccounts } from './choose-accounts-of-question.ts';
import { endAccounts, findSingleSince } from './decide-single-again.ts';
import { explainErrors } from './explain-errors.ts';
import { DynamoDbHistoryReader } from './history-reader.ts';
import { HistoryTable } from './history-table.ts';
import { loadAccounts } from './load-accounts.ts';
import { loadWaitingGroups } from './load-waiting-groups.ts';
import { type DeployedStack, loadStackOutputs } from './stack-outputs.ts';

export interface AccountRecords {
  account: string;
  /** The methods of `reader` throw CommandError and ItemError. `withDeployment` turns an ItemError into a CommandError. */
  reader: DynamoDbHistoryReader;
  /** Loads the rating settings in effect at the instant `at`; the default settings if the table has none. */
  loadRatedBy(at: string): Promise<RatedBy>;
  /** Loads `scanEveryMinutes` in effect at the instant `at`. If the table has no settings: 1440, the highest value. */
  loadScanInterval(at: string): Promise<number>;
  /** Loads `keepHistoryDays` in effect at the instant `at`; `null`: the history has no limit, or the table has no settings. */
  loadKeptDays(at: string): Promise<number | null>;
}

export interface DeploymentAccount extends AccountRecords {
  /** The account's item in the registry of accounts; `null`: the table has no registry, or no readable item of the account. */
  watched: WatchedAccount | null;
}

export interface Deployment {
  identity: CallerIdentity;
  account: string;
  region: string;
  tableName: string;
  /** The outputs of the monitor; `null`: the stack does not exist. One request, however often the outputs are needed. */
  loadOutputs(): Promise<DeployedStack['outputs'] | null>;
  /** The records of the monitor account, even if the monitor does not watch the monitor account. */
  own: AccountRecords;
  /**
   * The accounts that the command answers about, sorted by name. With `--account` the list has one account. Without `--account` the list
   * has every account, also those that are no longer watched.
   */
  accounts: readonly DeploymentAccount[];
  names: AccountNames;
  /** The registry of accounts, with the newest pass; `null`: the table has no registry, so the monitor watches only its own account. */
  several: LoadedAccounts | null;
  /** Counts the groups of alerts in the outbox, which wait for the collector; `null`: no group waits. */
  loadOutbox(): Promise<WaitingAlerts | null>;
}

/** The highest value of `scanEveryMinutes`: one day, in minutes. */
const longestInterval = 1440;

/**
 * Opens the table, calls `use`, and then closes the table.
 * Throws ClockError, before any read of the table, if the clock of this machine is wrong. Throws CommandError if the credentials do not
 * work, the table cannot be found or read, or the table does not know the account of `--account`.
 */
export async function withDeployment<T>(
  options: DeploymentOptions,
  context: CommandContext,
  use: (deployment: Deployment) => Promise<T>,
): Promise<T> {
  const { terminal, interrupted, isDebug } = context;
  terminal.showProgress('looking for the table');
  const identity = await identify(options.profile ?? null, interrupted);
  refuseWrongClock(identity.clockOffsetMs, context);
  const { account, credentials, homeRegion } = identity;
  const region = options.stackRegion ?? homeRegion;
  const loadOutputs = callOnce(() =>
    loadStackOutputs(options, { ...clientSettings(), region, credentials: identity.credentials }, interrupted),
  );
  const tableName =
    options.table ??
    (await findOutput(options, { region, loadOutputs }, stackOutputs.snapshotTableName, '--table', interrupted));
  const place = { tableName, region, account };
  const table = openTable(place, credentials, interrupted, () => readNow(context));
  try {
    const own = table.openAccount(account);
    const registry = await table.loadAccounts(account);
    const since = registry && (await findSingleSince(registry, own.reader, toInstant(readNow(context))));
    const several = registry && since !== null ? endAccounts(registry, account, since) : registry;
    const chosen = await chooseAccountsOfQuestion(options.account ?? null, account, several, (monitor) =>
      table.openAccount(monitor).reader.hasRecords(),
    );
    return await use({
      identity,
      loadOutputs,
      ...place,
      own,
      several,
      names: several && nameAccounts(several),
      accounts: chosen.map((each) => ({ ...table.openAccount(each.account), watched: each.watched })),
      loadOutbox: () => table.loadOutbox(account),
    });
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    interrupted.throwIfAborted();
    throw new CommandError(`The table cannot be read by this version of Portwatch: ${error.message}.`, {
      cause: error,
    });
  } finally {
    terminal.showProgress(null);
    const { requests, readUnits } = table.consumed();
    if (isDebug) terminal.err.print(`DynamoDB: ${requests} requests, ${readUnits} read units`);
    table.close();
  }
}

const accountsAtOnce = 16;

/** Returns the answers in the order of the accounts. */
export function forEachAccount<T, Account = DeploymentAccount>(
  { accounts }: { accounts: readonly Account[] },
  read: (account: Account) => Promise<T>,
): Promise<T[]> {
  return pLimit(accountsAtOnce).map(accounts, read);
}

/**
 * After `signal` is aborted, every read of the table throws. If `credentials` is `undefined`, the SDK finds the credentials. `now` returns
 * the present time by the clock of AWS, in ms.
 */
export function openTable(
  { tableName, region }: Pick<Deployment, 'tableName' | 'region'>,
  credentials: CallerIdentity['credentials'] | undefined,
  signal: AbortSignal,
  now: () => number,
) {
  const client = withoutCallLog(
    new DynamoDBClient({ ...clientSettings(), region, ...(credentials && { credentials }) }),
  );
  client.middlewareStack.add(
    (next) => (request) => explainErrors(next(request), signal, ...describeTableErrors(tableName, region)),
    { step: 'initialize', priority: 'high' },
  );
  const table = new HistoryTable(client, tableName, signal);
  // Each account has one reader, so that its settings are read once.
  const openAccount = cacheByKey((account: string): AccountRecords => {
    const reader = new DynamoDbHistoryReader(table, account, now);
    const loadSettings = (at: string) => reader.loadSettingsAt(at);
    return {
      account,
      reader,
      loadRatedBy: async (at) => chooseRatingSettings(await loadSettings(at)),
      loadScanInterval: async (at) => (await loadSettings(at))?.settings.scanEveryMinutes ?? longestInterval,
      loadKeptDays: async (at) => (await loadSettings(at))?.settings.keepHistoryDays ?? null,
    };
  });
  return {
    openAccount,
    loadAccounts: (monitor: string) => loadAccounts(table, monitor),
    loadOutbox: (monitor: string) => loadWaitingGroups(table, monitor),
    consumed: () => table.consumed,
    close: () => client.destroy(),
  };
}

/** Opens the table for the records of one account. The caller calls `close` at the end. */
export function openHistoryReader(
  place: Pick<Deployment, 'tableName' | 'region' | 'account'>,
  credentials: CallerIdentity['credentials'] | undefined,
  signal: AbortSignal,
  now: () => number,
) {
  const { openAccount, close } = openTable(place, credentials, signal, now);
  return { ...openAccount(place.account), close };
}

/**
 * Returns the value of an output of the stack. Throws CommandError if the stack cannot be read or the output does not exist. The message
 * then recommends the option `instead`.
 */
export async function findOutput(
  { stack }: Pick<DeploymentOptions, 'stack'>,
  { region, loadOutputs }: Pick<Deployment, 'region' | 'loadOutputs'>,
  output: string,
  instead: string,
  signal: AbortSignal,
): Promise<string> {
  const outputs = await explainErrors(
    loadOutputs(),
    signal,
    `CloudFormation did not describe stack ${stack} in ${region}; allow cloudformation:DescribeStacks, or give ${instead}.`,
  );
  const value = outputs?.get(output);
  if (value !== undefined) return value;
  const found = outputs === null ? 'There is no such stack' : `It has no output ${output}`;
  throw new CommandError(
    `Stack ${stack} in ${region} does not show where Portwatch is deployed. ${found}; choose the stack with --stack, --stack-region and --profile, or give ${instead}.`,
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
      // DynamoDB throws ValidationException if the index or the names of the keys differ. The table then belongs to another program.
      ValidationException: `${table} is not a snapshot table of Portwatch; use the name in the stack's output SnapshotTableName.`,
    },
  ];
}
