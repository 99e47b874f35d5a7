import { createHash, randomUUID } from 'node:crypto';

export interface NewQueue {
  name: string;
  /** 30 by default, as in the service. */
  visibilityTimeoutSeconds?: number | undefined;
  /** A message that was received `maxReceiveCount` times moves to the dead-letter queue at the next receive. */
  redrive?: { deadLetterQueue: string; maxReceiveCount: number } | undefined;
}

export interface KeptMessage {
  messageId: string;
  body: string;
  attributes: Readonly<Record<string, unknown>>;
  sentAt: number;
  firstReceivedAt: number | null;
  visibleAt: number;
  receiveCount: number;
  /** The handle of the last receive. Only this handle deletes the message. */
  receiptHandle: string | null;
}

export class Queue {
  readonly name: string;
  readonly visibilityTimeoutMs: number;
  readonly redrive: NewQueue['redrive'];
  readonly #now: () => number;
  #messages: KeptMessage[] = [];

  constructor({ name, visibilityTimeoutSeconds, redrive }: NewQueue, now: () => number) {
    this.name = name;
    this.visibilityTimeoutMs = (visibilityTimeoutSeconds ?? 30) * 1_000;
    this.redrive = redrive;
    this.#now = now;
  }

  send(body: string, attributes: Readonly<Record<string, unknown>> = {}, delaySeconds = 0): KeptMessage {
    const now = this.#now();
    const message: KeptMessage = {
      messageId: randomUUID(),
      body,
      attributes,
      sentAt: now,
      firstReceivedAt: null,
      visibleAt: now + delaySeconds * 1_000,
      receiveCount: 0,
      receiptHandle: null,
    };
    this.#messages.push(message);
    return message;
  }

  accept(message: KeptMessage): void {
    this.#messages.push({ ...message, visibleAt: this.#now(), receiveCount: 0, receiptHandle: null });
  }

  /**
   * Returns the oldest visible messages, and hides them for the visibility timeout. A message that was already received `maxReceiveCount`
   * times is removed from this queue and passed to `toDeadLetters`.
   */
  receive(most: number, visibilityMs: number, toDeadLetters: (message: KeptMessage) => void): KeptMessage[] {
    const now = this.#now();
    const received: KeptMessage[] = [];
    for (const message of [...this.#messages]) {
      if (received.length === most) break;
      if (message.visibleAt > now) continue;
      if (this.redrive !== undefined && message.receiveCount >= this.redrive.maxReceiveCount) {
        this.#remove(message);
        toDeadLetters(message);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + visibilityMs;
      message.receiptHandle = randomUUID();
      received.push({ ...message });
    }
    return received;
  }

  /** Deletes the message whose last receive has this handle. `false`: there is no such message. */
  delete(receiptHandle: string): boolean {
    const message = this.#messages.find((each) => each.receiptHandle === receiptHandle);
    if (message !== undefined) this.#remove(message);
    return message !== undefined;
  }

  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.#messages.find((each) => each.receiptHandle === receiptHandle);
    if (message !== undefined) message.visibleAt = this.#now() + seconds * 1_000;
    return message !== undefined;
  }

  /** Every message, oldest first. */
  messages(): KeptMessage[] {
    return structuredClone(this.#messages);
  }

  /** Earliest instant at which a message is visible; `null`: the queue is empty. */
  nextVisibleAt(): number | null {
    return this.#messages.length === 0 ? null : Math.min(...this.#messages.map(({ visibleAt }) => visibleAt));
  }

  clear(): void {
    this.#messages = [];
  }

  counts(): { visible: number; inFlight: number; delayed: number } {
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > this.#now());
    const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
    return { visible: this.#messages.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  #remove(message: KeptMessage): void {
    this.#messages = this.#messages.filter((each) => each !== message);
  }
}

/** The SDK refuses an answer if this hash and its own differ. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
