import { SendMessageBatchCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import type { AccountMessage, AccountQueue } from '../pass/interfaces.ts';
import { withoutCallLog } from './client-settings.ts';

/** SQS accepts at most 10 messages in one batch. */
const batchSize = 10;
const batchesAtOnce = 5;
/** The number of attempts for a message that SQS refuses while SQS accepts the batch. */
const maxAttempts = 3;

export class SqsAccountQueue implements AccountQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(config: SQSClientConfig, queueUrl: string) {
    this.#client = withoutCallLog(new SQSClient(config));
    this.#queueUrl = queueUrl;
  }

  async send(messages: readonly AccountMessage[]) {
    const limit = pLimit(batchesAtOnce);
    const batches = Array.from({ length: Math.ceil(messages.length / batchSize) }, (_, index) =>
      messages.slice(index * batchSize, (index + 1) * batchSize),
    );
    const results = await Promise.all(batches.map((batch) => limit(() => this.#sendBatch(batch))));
    return { notSent: results.flatMap(({ notSent }) => notSent), error: results.find(({ error }) => error)?.error };
  }

  destroy(): void {
    this.#client.destroy();
  }

  async #sendBatch(batch: readonly AccountMessage[]) {
    let notSent = batch;
    let error: unknown;
    for (let attempt = 1; attempt <= maxAttempts && notSent.length > 0; attempt += 1) {
      try {
        const entries = notSent.map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
        const command = new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries: entries });
        const { Failed = [] } = await this.#client.send(command);
        const failed = new Set(Failed.map(({ Id }) => Id));
        notSent = notSent.filter((_, index) => failed.has(String(index)));
        error = Failed.length === 0 ? undefined : new Error(`SQS refused messages: ${Failed[0]?.Message}`);
      } catch (thrown) {
        // Ends the attempts, because the SDK's client has already retried the request.
        return { notSent, error: thrown };
      }
    }
    return { notSent, error };
  }
}
