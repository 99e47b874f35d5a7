/** Builds the FleetStore of a scan from the stores that work on the snapshot table. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FleetStore } from '../scan/interfaces.ts';
import { buildApprovalStore } from './dynamodb-approval-store.ts';
import { buildHistoryStore } from './dynamodb-history-store.ts';
import { buildLeaseStore } from './dynamodb-lease-store.ts';
import { buildStateStore } from './dynamodb-state-store.ts';
import { DynamoDbTable } from './dynamodb-table.ts';

export function buildFleetStore(client: DynamoDBClient, tableName: string): FleetStore {
  const table = new DynamoDbTable(client, tableName);
  const { loadApprovals } = buildApprovalStore(table);
  return { ...buildLeaseStore(table), ...buildStateStore(table), ...buildHistoryStore(table), loadApprovals };
}
