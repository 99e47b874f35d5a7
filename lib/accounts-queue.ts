import { Duration } from 'aws-cdk-lib';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { queueEncryption } from './queue-encryption.ts';

export interface AccountsQueueProps {
  /** The timeout of the scan function. */
  readonly timeout: Duration;
  readonly scanEveryMinutes: number;
  /** Receives messages that failed three times. */
  readonly deadLetterQueue: IQueue;
}

/** Holds one message for each account of a pass. */
export class AccountsQueue extends Queue {
  constructor(scope: Construct, id: string, { timeout, scanEveryMinutes, deadLetterQueue }: AccountsQueueProps) {
    super(scope, id, {
      ...queueEncryption(scope),
      enforceSSL: true,
      // Longer than a scan, so that a message is not delivered a second time while its scan runs. AWS recommends six times the timeout,
      // because a throttled function can refuse messages. Here a refused message does not matter: the next pass sends new messages.
      visibilityTimeout: timeout.plus(Duration.seconds(30)),
      // After `scanEveryMinutes`, the next pass sends new messages. One hour is enough for three deliveries of 15 minutes each.
      retentionPeriod: Duration.minutes(Math.max(60, scanEveryMinutes)),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 3 },
    });
  }
}
