import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { MonitorSettings } from '../lambda/contract/settings.ts';
import { EventFunction, eventTimeout } from './event-function.ts';
import { watchedCallPattern } from './watched-call-pattern.ts';

export interface EventPathProps {
  readonly settings: MonitorSettings;
  /** Takes what could not be handed over, and what came back too often. */
  readonly deadLetterQueue: IQueue;
}

/**
 * Calls that change a firewall, from CloudTrail by EventBridge and a queue to a function that looks at once. It needs a trail that logs
 * management events: without one nothing ever comes, and the scans find what changed.
 */
export class EventPath extends Construct {
  readonly function: EventFunction;

  constructor(scope: Construct, id: string, props: EventPathProps) {
    super(scope, id);
    const { settings, deadLetterQueue } = props;
    this.function = new EventFunction(this, 'Look', { settings });
    const queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // AWS's advice: six times the function's time, and the batching window.
      visibilityTimeout: Duration.seconds(6 * eventTimeout.toSeconds() + 10),
      // While a scan has the lease, or Lightsail does not answer, events come back: for three hours, before a person is to look.
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 30 },
    });
    new Rule(this, 'Rule', {
      description: 'Portwatch: calls that can change a Lightsail firewall',
      eventPattern: watchedCallPattern,
      targets: [new SqsQueue(queue, { deadLetterQueue, maxEventAge: Duration.hours(6), retryAttempts: 185 })],
    });
    this.function.takeFrom(queue);
  }
}
