import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ChannelFunction } from './channel-function.ts';
import { PeopleTopic } from './people-topic.ts';

export interface ChannelTopicProps {
  readonly displayName: string;
  /** The file in `lambda/handlers/` that exports `handler`. */
  readonly handlerFile: string;
  readonly description: string;
  readonly alertTopic: ITopic;
  readonly deadLetterQueue: IQueue;
}

/**
 * A topic whose subscribers need a format of their own, and the function that converts the alerts and publishes them to this topic. The
 * scan publishes each alert only once, to the alert topic, so that one mark shows whether the alert was sent.
 */
export class ChannelTopic extends Construct {
  readonly topic: ITopic;
  readonly function: ChannelFunction;

  constructor(scope: Construct, id: string, props: ChannelTopicProps) {
    super(scope, id);
    const { displayName, handlerFile, description, alertTopic, deadLetterQueue } = props;
    this.topic = new PeopleTopic(this, 'Topic', { displayName });
    this.function = new ChannelFunction(this, 'Forward', {
      handlerFile,
      description,
      topics: [alertTopic],
      deadLetterQueue,
    });
    this.function.grantForward(this.topic);
  }
}
