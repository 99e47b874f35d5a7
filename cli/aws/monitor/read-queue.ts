import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { withClient } from '../with-client.ts';
import { type ReaderConfig, readerSettings, readOrNull } from './reader-config.ts';

export interface QueueFacts {
  /** Messages that nobody has received, or that are being processed. */
  waiting: number;
  inFlight: number;
  /** False: the messages of this queue go on to no other queue, so that it is a queue of dead letters. */
  hasDeadLetters: boolean;
}

/** `null`: there is no such queue. */
export async function readQueue(url: string, config: ReaderConfig, signal: AbortSignal): Promise<QueueFacts | null> {
  // The address of the region, or that of AWS_ENDPOINT_URL_SQS; by default the SDK would send the request to the host of the URL.
  const client = new SQSClient({ ...readerSettings(config), useQueueUrlAsEndpoint: false });
  return withClient(client, async () => {
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
    const answer = await readOrNull(client.send(command, { abortSignal: signal }));
    if (answer === null) return null;
    const { Attributes = {} } = answer;
    return {
      waiting: Number(Attributes['ApproximateNumberOfMessages']),
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      hasDeadLetters: Attributes['RedrivePolicy'] !== undefined,
    };
  });
}
