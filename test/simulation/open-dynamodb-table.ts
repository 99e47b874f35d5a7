import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createSnapshotTable } from '../../cli/demo/create-snapshot-table.ts';
import { startDynamoDbEmulator } from '../../emulators/dynamodb.ts';
import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';

/** A new table on dynalite, by the product's own adapter. Each seed uses an account of its own in the table. */
export async function openDynamoDbTable(): Promise<{ table: FleetStore; close: () => Promise<void> }> {
  const emulator = await startDynamoDbEmulator();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: emulator.url, region: 'eu-west-1', credentials });
  await createSnapshotTable(client, 'Snapshots');
  const close = async () => {
    client.destroy();
    await emulator.close();
  };
  return { table: buildFleetStore(client, 'Snapshots'), close };
}
