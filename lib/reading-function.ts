import { Stack } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { environmentKeys } from '../lambda/contract/deployed-names.ts';
import type { MonitorSettings } from '../lambda/contract/settings-schema.ts';
import { acknowledge } from './nag-exceptions.ts';
import { ProductFunction, type ProductFunctionProps } from './product-function.ts';
import { renderSettings } from './render-settings.ts';

/** GetTopicAttributes is needed because only the attributes of a topic have the number of removed subscriptions. */
const countListeners = ['sns:ListSubscriptionsByTopic', 'sns:GetTopicAttributes'];

/** A function that reads Lightsail, keeps the history and publishes alerts. Its role can read Lightsail, but not change it. */
export class ReadingFunction extends ProductFunction {
  constructor(scope: Construct, id: string, props: ProductFunctionProps, settings: MonitorSettings) {
    super(scope, id, props);
    this.lambda.addEnvironment(environmentKeys.account, Stack.of(this).account);
    this.lambda.addEnvironment(environmentKeys.settings, renderSettings(settings));
  }

  /** Allows reading and writing items, except approvals. `further`: more actions on the table. */
  grantKeepHistory(table: ITableV2, further: readonly string[] = []): void {
    const actions = ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', ...further];
    this.allow(actions, [table.tableArn]);
    this.denyWritingApprovals(table);
    if (table.encryptionKey) this.grantUseKey(table.encryptionKey);
    this.lambda.addEnvironment(environmentKeys.table, table.tableName);
  }

  /** Allows publishing to `topic` and listing its subscribers. */
  grantAlert(topic: ITopic): void {
    this.grantPublish(topic, countListeners);
    this.lambda.addEnvironment(environmentKeys.alertTopicArn, topic.topicArn);
  }

  /** Allows listing the subscribers of a channel's topic. */
  grantCountListeners(topic: ITopic): void {
    this.allow([...countListeners], [topic.topicArn]);
  }

  /** `regions` `null`: every region. `reason`: why AWS allows the actions of the role on "*" only. */
  protected grantReadLightsail(regions: readonly string[] | null, further: readonly string[], reason: string): void {
    const actions = [...further, 'lightsail:GetInstances', 'lightsail:GetInstancePortStates'];
    this.allow(actions, ['*'], requestedRegion(regions));
    acknowledge(this.role, { id: 'AwsSolutions-IAM5[Resource::*]', reason });
  }
}

export function requestedRegion(regions: readonly string[] | null) {
  return regions === null ? undefined : { StringEquals: { 'aws:RequestedRegion': [...regions] } };
}
