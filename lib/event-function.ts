import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentKeys } from '../lambda/contract/names.ts';
import type { MonitorSettings } from '../lambda/contract/settings.ts';
import { renderSettings } from './monitor-settings.ts';
import { ProductFunction } from './product-function.ts';

/** It waits for its turn for up to three quarters of it. */
export const eventTimeout = Duration.seconds(60);

export interface EventFunctionProps {
  readonly settings: MonitorSettings;
}

/** The function that looks at what events name. Like the scan, it may read Lightsail, and change nothing there. */
export class EventFunction extends ProductFunction {
  constructor(scope: Construct, id: string, props: EventFunctionProps) {
    super(scope, id, {
      handlerFile: 'call-events.ts',
      description: 'Portwatch: looks at once at what somebody changed',
      timeout: eventTimeout,
      memorySize: 256,
    });
    this.lambda.addEnvironment(environmentKeys.account, Stack.of(this).account);
    this.lambda.addEnvironment(environmentKeys.settings, renderSettings(props.settings));
    this.grantReadLightsail(props.settings.regions);
  }

  /** As the scan, but that it removes no heads and needs no index. */
  grantKeepHistory(table: ITableV2): void {
    this.allow(['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [table.tableArn]);
    this.lambda.addEnvironment(environmentKeys.table, table.tableName);
  }

  grantAlert(topic: ITopic): void {
    this.allow(['sns:Publish', 'sns:GetTopicAttributes'], [topic.topicArn]);
    this.lambda.addEnvironment(environmentKeys.alertTopicArn, topic.topicArn);
  }

  /**
   * Lets Lambda hand over what comes to `queue`, in batches of ten seconds: a burst is a few of them. Two at once are the fewest that
   * Lambda offers; the lease makes them follow one another. SqsEventSource of the CDK would also grant what is not needed.
   */
  takeFrom(queue: IQueue): void {
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

  /** GetRegions is not asked for: events say of which region they are. */
  private grantReadLightsail(regions: readonly string[] | null): void {
    const reads = ['lightsail:GetInstances', 'lightsail:GetInstancePortStates'];
    // As of the scan function: AWS allows them on "*" only.
    if (regions) this.allow(reads, ['*'], { StringEquals: { 'aws:RequestedRegion': [...regions] } });
    else this.allow(reads, ['*']);
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'lightsail:Get* know no resource types (Service Authorization Reference): AWS allows them on "*" only.',
    });
  }
}
