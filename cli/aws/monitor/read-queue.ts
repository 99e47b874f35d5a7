import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ReadError } from '../../../lambda/history/read-errors.ts';
import { withClient } from '../with-client.ts';
import { type ReaderConfig, readerSettings, readOrNull } from './reader-config.ts';

export interface QueueFacts {
  waiting: number;
  inFlight: number;
  /** True if SQS moves messages that fail to a dead-letter queue. False for a dead-letter queue itself. */
  hasDeadLetters: boolean;
}

/** `null`: the queue does not exist. */
export async function readQueue(url: string, config: ReaderConfig, signal: AbortSignal): Promise<QueueFacts | null> {
  // By default, the SDK sends the request to the host of the URL. This setting selects the address of the region, or AWS_ENDPOINT_URL_SQS.
  const client = new SQSClient({ ...readerSettings(config), useQueueUrlAsEndpoint: false });
  return withClient(client, async () => {
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
    const answer = await readOrNull(client.send(command, { abortSignal: signal }));
    if (answer === null) return null;
    const { Attributes = {} } = answer;
    const waiting = Number(Attributes['ApproximateNumberOfMessages']);
    if (Number.isNaN(waiting))
      throw new ReadError('invalid-answer', 'GetQueueAttributes returned no number of messages');
    return {
      waiting,
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      hasDeadLetters: Attributes['RedrivePolicy'] !== undefined,
    };
  });
}
