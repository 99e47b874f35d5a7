import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableNames } from '../../lambda/contract/table-keys.ts';

/**
 * Makes a table like the deployed one, for the demo and the tests: the same keys, the same index. In an account the stack makes it.
 * Throws ResourceInUseException where the name is taken.
 */
export async function createSnapshotTable(client: DynamoDBClient, tableName: string): Promise<void> {
  const { partitionKey, sortKey, timelineIndex, timelinePartitionKey, timelineSortKey, timelineProjection } =
    tableNames;
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
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...timelineProjection] },
        },
      ],
    }),
  );
}
