/** A queue that is subscribed to the alert topic or to the event topic. It receives the messages that programs receive. */
import { z } from 'zod';
import type { Workplace } from './workplace.ts';

const received = z.object({ Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })) });
const attributes = z.record(z.string(), z.object({ Value: z.string() }));
const envelope = z.object({
  Message: z.string(),
  Subject: z.optional(z.string().max(99)),
  MessageAttributes: z.optional(attributes),
});
const digest = z.object({
  schema: z.literal('portwatch.digest/1'),
  account: z.string(),
  name: z.string(),
  scannedAt: z.iso.datetime(),
  coverage: z.object({ instancesListed: z.number(), instancesRead: z.number() }).loose(),
  alerts: z.array(z.looseObject({ alertId: z.string(), kind: z.string(), severity: z.string() })).min(1),
});

type Digest = z.infer<typeof digest>;
export type Alert = Digest['alerts'][number];

export class AlertInbox {
  readonly #workplace: Workplace;
  readonly #queueUrl: string;
  /** All messages so far, in order. */
  readonly digests: Digest[] = [];
  /** The attributes of each message, as `name=value`. */
  readonly attributes: string[][] = [];

  constructor(workplace: Workplace, queueUrl: string) {
    this.#workplace = workplace;
    this.#queueUrl = queueUrl;
  }

  get alerts(): Alert[] {
    return this.digests.flatMap((one) => one.alerts);
  }

  async subscribe(topicArn: string): Promise<void> {
    const queueArn = `${topicArn.split(':').slice(0, 5).join(':').replace(':sns:', ':sqs:')}:${this.#queueUrl.split('/').at(-1)}`;
    await this.#workplace.aws(
      ...['sns', 'subscribe', '--topic-arn', topicArn, '--protocol', 'sqs', '--notification-endpoint', queueArn],
    );
  }

  /**
   * Receives messages until one has an alert of this kind, and returns both. Messages of earlier calls do not count. After `timeoutMs`,
   * throws an error that lists the kinds of all alerts.
   */
  async waitFor(kind: string, timeoutMs = 200_000): Promise<{ digest: Digest; alert: Alert }> {
    const from = this.digests.length;
    for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
      await this.receive();
      for (const found of this.digests.slice(from)) {
        const alert = found.alerts.find((one) => one.kind === kind);
        if (alert) return { digest: found, alert };
      }
    }
    const came = this.alerts.map((alert) => alert.kind).join(', ') || 'nothing';
    throw new Error(`No ${kind} within ${timeoutMs / 1000} s; there came: ${came}.`);
  }

  /** Receives messages, and waits up to 10 s for the first one. */
  async receive(): Promise<void> {
    const queue = ['--queue-url', this.#queueUrl];
    const answer = await this.#workplace.aws(
      ...['sqs', 'receive-message', ...queue, '--wait-time-seconds', '10', '--max-number-of-messages', '10'],
    );
    for (const { Body, ReceiptHandle } of answer === null ? [] : received.parse(answer).Messages) {
      const { Message, MessageAttributes = {} } = envelope.parse(JSON.parse(Body));
      this.digests.push(digest.parse(JSON.parse(Message)));
      this.attributes.push(Object.entries(MessageAttributes).map(([name, { Value }]) => `${name}=${Value}`));
      await this.#workplace.aws(...['sqs', 'delete-message', ...queue, '--receipt-handle', ReceiptHandle]);
    }
  }
}
