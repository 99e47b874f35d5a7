import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableNames } from '../../lambda/contract/table-keys.ts';
import { timelineIndex } from '../../lambda/contract/timeline-index.ts';

/**
 * Creates a table with the keys and the index of the deployed table, for the demo and the tests. In an account, the stack creates the
 * table. `projection`: the attributes of the index `timeline`. Throws ResourceInUseException if a table of this name exists.
 */
export async function createSnapshotTable(
  client: DynamoDBClient,
  tableName: string,
  projection: readonly string[] = timelineIndex.projection,
): Promise<void> {
  const { partitionKey, sortKey } = tableNames;
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey, timelineIndex.partitionKey, timelineIndex.sortKey].map(
        (AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        }),
      ),
      KeySchema: keys(partitionKey, sortKey),
      GlobalSecondaryIndexes: [
        {
          IndexName: timelineIndex.name,
          KeySchema: keys(timelineIndex.partitionKey, timelineIndex.sortKey),
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection] },
        },
      ],
    }),
  );
}
