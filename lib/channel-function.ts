import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentKeys } from '../lambda/contract/deployed-names.ts';
import { ProductFunction } from './product-function.ts';

export interface ChannelFunctionProps {
  /** The file in `lambda/handlers/` that exports `handler`. */
  readonly handlerFile: string;
  readonly description: string;
  readonly topics: readonly ITopic[];
  /** Receives messages that could not be delivered. */
  readonly deadLetterQueue: IQueue;
}

export class ChannelFunction extends ProductFunction {
  constructor(scope: Construct, id: string, { topics, deadLetterQueue, ...props }: ChannelFunctionProps) {
    super(scope, id, {
      ...props,
      // Slack can request waits with Retry-After, and a message can have 200 alerts, which are published one by one.
      timeout: Duration.minutes(2),
      memorySize: 256,
      // After two retries, or after six hours, the message is sent to the dead-letter queue.
      asynchronous: { deadLetterQueue, maxEventAge: Duration.hours(6), retryAttempts: 2 },
    });
    for (const topic of topics) topic.addSubscription(new LambdaSubscription(this.lambda, { deadLetterQueue }));
  }

  /** Allows publishing to `topic`, and sets the topic's ARN in the environment. */
  grantForward(topic: ITopic): void {
    this.allow(['sns:Publish'], [topic.topicArn]);
    this.lambda.addEnvironment(environmentKeys.channelTopicArn, topic.topicArn);
  }
}
