import { Duration, Stack } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentKeys } from '../lambda/contract/deployed-names.ts';
import type { DeploymentSettings, MonitorSettings } from '../lambda/contract/settings-schema.ts';
import { grantEnterAccounts, monitorRoles } from './enter-member-accounts.ts';
import { acknowledge } from './nag-exceptions.ts';
import { ProductFunction } from './product-function.ts';
import { renderSettings } from './render-settings.ts';
import { countListeners } from './scan-function.ts';

/** The function waits for the lease for up to three quarters of this time. */
export const eventTimeout = Duration.seconds(60);

export interface EventFunctionProps {
  readonly settings: MonitorSettings & Pick<DeploymentSettings, 'monitorRoleName'>;
}

/** The function of the event scan: reads the instances that events name. Its role can read Lightsail, but not change it. */
export class EventFunction extends ProductFunction {
  constructor(scope: Construct, id: string, props: EventFunctionProps) {
    super(scope, id, {
      handlerFile: 'call-events.ts',
      description: 'Portwatch: reads the instances that an API call may have changed',
      timeout: eventTimeout,
      memorySize: 256,
      roleName: monitorRoles(props.settings).events,
    });
    this.lambda.addEnvironment(environmentKeys.account, Stack.of(this).account);
    this.lambda.addEnvironment(environmentKeys.settings, renderSettings(props.settings));
    this.grantReadLightsail(props.settings.regions);
    const { accounts, memberRoleName } = props.settings;
    if (accounts !== null) grantEnterAccounts(this, accounts, memberRoleName);
  }

  /** The actions of the full scan without DeleteItem and without the index, because an event scan deletes and counts nothing. */
  grantKeepHistory(table: ITableV2): void {
    this.allow(['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [table.tableArn]);
    this.denyWritingApprovals(table);
    if (table.encryptionKey) this.grantUseKey(table.encryptionKey);
    this.lambda.addEnvironment(environmentKeys.table, table.tableName);
  }

  grantAlert(topic: ITopic): void {
    this.grantPublish(topic, countListeners);
    this.lambda.addEnvironment(environmentKeys.alertTopicArn, topic.topicArn);
  }

  grantCountListeners(topic: ITopic): void {
    this.allow([...countListeners], [topic.topicArn]);
  }

  /**
   * Delivers the messages of `queue` in batches of up to ten seconds, so that a burst of events becomes a few batches. Two concurrent
   * invocations are Lambda's minimum; the lease makes them run one after the other. The CDK's SqsEventSource would grant more actions than
   * needed.
   */
  consume(queue: IQueue): void {
    this.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]);
    new EventSourceMapping(this, 'Source', {
      target: this.lambda,
      eventSourceArn: queue.queueArn,
      batchSize: 10_000,
      maxBatchingWindow: Duration.seconds(10),
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
  }

  /** Without GetRegions, because each event names its region. */
  private grantReadLightsail(regions: readonly string[] | null): void {
    const reads = ['lightsail:GetInstances', 'lightsail:GetInstancePortStates'];
    // These actions support no resource types, so AWS allows them on "*" only.
    if (regions) this.allow(reads, ['*'], { StringEquals: { 'aws:RequestedRegion': [...regions] } });
    else this.allow(reads, ['*']);
    acknowledge(this.role, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'lightsail:Get* support no resource types (Service Authorization Reference), so AWS allows them on "*" only.',
    });
  }
}
