import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentKeys } from '../lambda/contract/names.ts';
import { ProductFunction } from './product-function.ts';

export interface SlackWebhookProps {
  /** Name of the SSM SecureString that holds the URL of the incoming webhook. */
  readonly parameterName: string;
  readonly topics: ITopic[];
  /** Takes the messages that could not be delivered. */
  readonly deadLetterQueue: IQueue;
}

/** Alerts and alarms in a Slack channel by an incoming webhook, for workspaces where Amazon Q Developer is not wanted. */
export class SlackWebhook extends ProductFunction {
  constructor(scope: Construct, id: string, props: SlackWebhookProps) {
    super(scope, id, {
      handlerFile: 'slack-webhook.ts',
      description: 'Portwatch: passes alerts and alarms on to Slack',
      // Room for the waits that Slack asks for by Retry-After.
      timeout: Duration.minutes(2),
      memorySize: 256,
      // An outage of Slack that is longer than Lambda's own two retries and six hours ends in the dead letters.
      asynchronous: { deadLetterQueue: props.deadLetterQueue, maxEventAge: Duration.hours(6), retryAttempts: 2 },
    });
    this.grantReadWebhook(props.parameterName);
    for (const topic of props.topics)
      topic.addSubscription(new LambdaSubscription(this.lambda, { deadLetterQueue: props.deadLetterQueue }));
  }

  /**
   * Reading this one parameter, and knowing its name. kms:Decrypt is not needed: the policy of the key that AWS manages
   * (alias/aws/ssm) lets in everybody who may read the parameter.
   */
  private grantReadWebhook(parameterName: string): void {
    const arn = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: parameterName.replace(/^\//, ''),
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    this.allow(['ssm:GetParameter'], [arn]);
    this.lambda.addEnvironment(environmentKeys.slackWebhookParameter, parameterName);
  }
}
