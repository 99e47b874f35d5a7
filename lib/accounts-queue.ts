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
      // A message must not be delivered again while its scan runs. AWS recommends six times the timeout, for batches that a throttled
      // function refused. That is not needed here: such a batch comes back by itself, and the next pass sends messages for the same
      // accounts.
      visibilityTimeout: timeout.plus(Duration.seconds(30)),
      // After one interval the next pass sends a new message for the same account. An hour is enough for three deliveries of 15 minutes.
      retentionPeriod: Duration.minutes(Math.max(60, scanEveryMinutes)),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 3 },
    });
  }
}
