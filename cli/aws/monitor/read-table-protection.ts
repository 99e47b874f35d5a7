import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { withClient } from '../with-client.ts';
import { type ReaderConfig, readerSettings, readOrNull } from './reader-config.ts';

export interface TableFacts {
  status: string;
  hasDeletionProtection: boolean;
}

/** `null`: the table does not exist. */
export function readTable(name: string, config: ReaderConfig, signal: AbortSignal): Promise<TableFacts | null> {
  return withClient(new DynamoDBClient(readerSettings(config)), async (client) => {
    const command = new DescribeTableCommand({ TableName: name });
    const answer = await readOrNull(client.send(command, { abortSignal: signal }));
    const table = answer?.Table;
    return table
      ? { status: table.TableStatus ?? '', hasDeletionProtection: table.DeletionProtectionEnabled === true }
      : null;
  });
}

/** True if point-in-time recovery is on; `null`: the table does not exist. */
export function readRecovery(name: string, config: ReaderConfig, signal: AbortSignal): Promise<boolean | null> {
  return withClient(new DynamoDBClient(readerSettings(config)), async (client) => {
    const command = new DescribeContinuousBackupsCommand({ TableName: name });
    const answer = await readOrNull(client.send(command, { abortSignal: signal }));
    if (answer === null) return null;
    const recovery = answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    return recovery?.PointInTimeRecoveryStatus === 'ENABLED';
  });
}

export interface TimeToLiveFacts {
  isOn: boolean;
  /** Name of the attribute that holds the time of expiry. */
  attribute: string | null;
}

/** `null`: the table does not exist. */
export function readTimeToLive(
  name: string,
  config: ReaderConfig,
  signal: AbortSignal,
): Promise<TimeToLiveFacts | null> {
  return withClient(new DynamoDBClient(readerSettings(config)), async (client) => {
    const command = new DescribeTimeToLiveCommand({ TableName: name });
    const answer = await readOrNull(client.send(command, { abortSignal: signal }));
    if (answer === null) return null;
    const { TimeToLiveStatus = '', AttributeName = null } = answer.TimeToLiveDescription ?? {};
    return { isOn: ['ENABLED', 'ENABLING'].includes(TimeToLiveStatus), attribute: AttributeName };
  });
}
