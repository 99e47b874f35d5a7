import { Duration } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './nag-exceptions.ts';
import { queueEncryption } from './queue-encryption.ts';

/** Holds events and messages that failed after all retries. An alarm watches the number of messages; a person reads them. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...queueEncryption(scope),
      enforceSSL: true,
      // The maximum of SQS.
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this, { id: 'AwsSolutions-SQS3', reason: 'This queue is itself a dead-letter queue.' });
  }
}
