import { buildFleetStore } from '../../lambda/adapters/dynamodb-fleet-store.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import { startSnapshotTable } from '../support/snapshot-table.ts';

/** A new table on dynalite, with the product's own adapter. Each seed uses a separate account in the table. */
export async function openDynamoDbTable(): Promise<{ table: FleetStore; close: () => Promise<void> }> {
  const { client, tableName, close } = await startSnapshotTable(3);
  return { table: buildFleetStore(client, tableName), close };
}
