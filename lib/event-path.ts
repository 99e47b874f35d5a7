import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { EVENTS_TARGET_QUEUE_SAME_ACCOUNT } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import type { DeploymentSettings, MonitorSettings } from '../lambda/contract/settings-schema.ts';
import { EventFunction, eventTimeout } from './event-function.ts';
import { MemberEventBus } from './member-event-bus.ts';
import { queueEncryption } from './queue-encryption.ts';
import { watchedCallPattern } from './watched-call-pattern.ts';

export interface EventPathProps {
  readonly settings: MonitorSettings & Pick<DeploymentSettings, 'monitorRoleName'>;
  /** The name of the bus for events of the watched accounts. */
  readonly eventBusName: string;
  /** Receives events that could not be delivered, or that failed too often. */
  readonly deadLetterQueue: IQueue;
}

/**
 * Delivers API calls that can change a firewall: from CloudTrail, by EventBridge and a queue, to the function of the event scan. Without
 * a trail that logs management events, no event is delivered, and only the full scans find the changes.
 */
export class EventPath extends Construct {
  readonly function: EventFunction;
  /** Receives the events of the watched accounts. `null` without `accounts`. */
  readonly bus: MemberEventBus | null;

  constructor(scope: Construct, id: string, props: EventPathProps) {
    super(scope, id);
    // Without this feature flag, the policy of the queue would let rules of every account send events.
    this.node.setContext(EVENTS_TARGET_QUEUE_SAME_ACCOUNT, true);
    const { settings, deadLetterQueue } = props;
    this.function = new EventFunction(this, 'Look', settings);
    const queue = new Queue(this, 'Queue', {
      ...queueEncryption(this),
      enforceSSL: true,
      // AWS recommends six times the function's timeout, plus the batching window.
      visibilityTimeout: Duration.seconds(6 * eventTimeout.toSeconds() + 10),
      // 30 deliveries take about three hours. Events are delivered again while a full scan holds the lease, or while Lightsail has an
      // outage.
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 30 },
    });
    const rule = {
      description: 'Portwatch: calls that can change a Lightsail firewall',
      eventPattern: watchedCallPattern,
      targets: [new SqsQueue(queue, { deadLetterQueue, maxEventAge: Duration.hours(6), retryAttempts: 185 })],
    };
    new Rule(this, 'Rule', rule);
    const { accounts } = settings;
    this.bus =
      accounts === null ? null : new MemberEventBus(this, 'Bus', { accounts, eventBusName: props.eventBusName });
    if (this.bus) new Rule(this, 'MemberRule', { ...rule, eventBus: this.bus });
    this.function.consume(queue);
  }
}
