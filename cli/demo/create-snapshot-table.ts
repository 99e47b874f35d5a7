import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableNames } from '../../lambda/contract/table-keys.ts';

/**
 * Creates a table with the keys and the index of the deployed table, for the demo and the tests. In an account, the stack creates the
 * table. `projection`: the attributes of its index. Throws ResourceInUseException if a table of this name exists.
 */
export async function createSnapshotTable(
  client: DynamoDBClient,
  tableName: string,
  projection: readonly string[] = tableNames.timelineProjection,
): Promise<void> {
  const { partitionKey, sortKey, timelineIndex, timelinePartitionKey, timelineSortKey } = tableNames;
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey, timelinePartitionKey, timelineSortKey].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: keys(partitionKey, sortKey),
      GlobalSecondaryIndexes: [
        {
          IndexName: timelineIndex,
          KeySchema: keys(timelinePartitionKey, timelineSortKey),
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection] },
        },
      ],
    }),
  );
}
