import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type ITableV2,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { tableNames } from '../lambda/contract/table-keys.ts';

/**
 * The table with the latest states and the whole history. It is kept when the stack is deleted, has deletion protection, and can be
 * restored as it was at any second of the last 35 days.
 */
export class SnapshotTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      partitionKey: { name: tableNames.partitionKey, type: AttributeType.STRING },
      sortKey: { name: tableNames.sortKey, type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: tableNames.timelineIndex,
          partitionKey: { name: tableNames.timelinePartitionKey, type: AttributeType.STRING },
          sortKey: { name: tableNames.timelineSortKey, type: AttributeType.STRING },
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...tableNames.timelineProjection],
        },
      ],
      timeToLiveAttribute: tableNames.timeToLive,
      billing: Billing.onDemand(),
      // A customer managed key would cost 1 USD a month, more than everything else together.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

/** A table that an earlier stack left behind, by its name. Grants include its index; the template does not contain the table. */
export function adoptSnapshotTable(scope: Construct, id: string, tableName: string): ITableV2 {
  return TableV2.fromTableAttributes(scope, id, { tableName, globalIndexes: [tableNames.timelineIndex] });
}
