import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { type DynamoDbEmulator, startDynamoDbEmulator } from '../../emulators/dynamodb.ts';
import { withoutCallLog } from '../../lambda/adapters/client-settings.ts';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import { DynamoDbTable } from '../../lambda/adapters/dynamodb-table.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import { settingsFor } from './client-settings.ts';

interface SnapshotTable {
  emulator: DynamoDbEmulator;
  client: DynamoDBClient;
  tableName: string;
  table: DynamoDbTable;
  store: FleetStore;
  close: () => Promise<void>;
}

/**
 * A new, empty snapshot table on the stand-in for DynamoDB, and an SDK client for it. `maxAttempts`: the client's attempts for a failing
 * request. With 1, a test sees each error of the stand-in.
 */
export async function startSnapshotTable(maxAttempts: number): Promise<SnapshotTable> {
  const emulator = await startDynamoDbEmulator();
  const client = withoutCallLog(new DynamoDBClient({ ...settingsFor(emulator.url), maxAttempts }));
  const tableName = 'Snapshots';
  await createSnapshotTable(client, tableName);
  const close = async () => {
    client.destroy();
    await emulator.close();
  };
  const table = new DynamoDbTable(client, tableName);
  return { emulator, client, tableName, table, store: buildFleetStore(client, tableName), close };
}
