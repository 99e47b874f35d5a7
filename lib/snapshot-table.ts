import { RemovalPolicy, Tags } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  type ITableV2,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { tableNames } from '../lambda/contract/table-keys.ts';
import { timelineIndex } from '../lambda/contract/timeline-index.ts';
import { accountSettingsOf } from './apply-account-settings.ts';

/**
 * The table with the latest states and the whole history. The table is kept when the stack is deleted, has deletion protection, and can be
 * restored to any second of the last 35 days.
 */
export class SnapshotTable extends TableV2 {
  constructor(scope: Construct, id: string) {
    const { encryptionKey } = accountSettingsOf(scope);
    super(scope, id, {
      partitionKey: { name: tableNames.partitionKey, type: AttributeType.STRING },
      sortKey: { name: tableNames.sortKey, type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: timelineIndex.name,
          partitionKey: { name: timelineIndex.partitionKey, type: AttributeType.STRING },
          sortKey: { name: timelineIndex.sortKey, type: AttributeType.STRING },
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...timelineIndex.projection],
        },
      ],
      timeToLiveAttribute: tableNames.timeToLive,
      billing: Billing.onDemand(),
      // A customer managed key costs 1 USD a month, more than everything else together, so the key is optional.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    if (encryptionKey) this.encryptWith(encryptionKey);
  }

  /** Sets the key on the L1 construct, because `TableEncryptionV2.customerManagedKey` refuses a stack without a fixed region. */
  private encryptWith(key: IKey): void {
    const table = this.node.defaultChild as CfnGlobalTable;
    table.sseSpecification = { sseEnabled: true, sseType: 'KMS' };
    table.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: key.keyArn });
  }
}

/** Tags the table and its replicas in other regions. CloudFormation does not pass the tags of a stack on to the replicas. */
export function tagReplicas(table: ITableV2, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) Tags.of(table).add(key, value);
}

/** Refers to an existing table, which the stack does not create. `kmsKeyArn`: the customer managed key of the table; `null`: no key. */
export function adoptSnapshotTable(
  scope: Construct,
  id: string,
  tableName: string,
  kmsKeyArn: string | null,
): ITableV2 {
  return TableV2.fromTableAttributes(scope, id, {
    tableName,
    globalIndexes: [timelineIndex.name],
    ...(kmsKeyArn === null ? {} : { encryptionKey: Key.fromKeyArn(scope, `${id}Key`, kmsKeyArn) }),
  });
}
