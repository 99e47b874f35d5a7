import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { clientSettings, withoutCallLog } from '../../lambda/adapters/client-settings.ts';
import { DynamoDbHistoryReader } from './history-reader.ts';

export interface TablePlace {
  tableName: string;
  region: string;
  /** The watched account. */
  account: string;
  credentials: DynamoDBClientConfig['credentials'];
}

/** Reads end with an error once `signal` is aborted; `close` closes the connections. */
export function openHistoryReader({ tableName, region, account, credentials }: TablePlace, signal: AbortSignal) {
  const client = withoutCallLog(new DynamoDBClient({ ...clientSettings(), region, credentials }));
  return {
    reader: new DynamoDbHistoryReader(client, tableName, account, signal),
    close: () => client.destroy(),
  };
}
