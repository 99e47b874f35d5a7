import { randomUUID } from 'node:crypto';
import { chooseText, type MessageAttribute, type Publication } from './publication.ts';
import type { Subscription } from './topics.ts';

export interface Delivery {
  topicArn: string;
  subscriptionArn: string;
  protocol: string;
  endpoint: string;
  /**
   * The subject of the publication. If the publication has no subject: "AWS Notification Message" for mail, as in the service; `null` for
   * other protocols.
   */
  subject: string | null;
  /** The text for the protocol, without the envelope that SNS adds for sqs, lambda, http and https. */
  body: string;
  /** Empty for a structured message: the SNS guide says that attributes are sent only with plain text. */
  attributes: Record<string, MessageAttribute>;
  messageId: string;
  /** ISO-8601 UTC with milliseconds. */
  at: string;
}

export interface AcceptedPublication extends Publication {
  messageId: string;
  at: string;
}

export class Outbox {
  #deliveries: Delivery[] = [];
  #publications: AcceptedPublication[] = [];

  /** Returns the message id. Each confirmed subscription gets one delivery. */
  accept(publication: Publication, subscriptions: Subscription[], at: string): string {
    const messageId = randomUUID();
    this.#publications.push({ ...publication, messageId, at });
    for (const { arn, topicArn, protocol, endpoint, isConfirmed } of subscriptions) {
      if (!isConfirmed) continue;
      const subject = publication.subject ?? (protocol === 'email' ? 'AWS Notification Message' : null);
      const attributes = publication.byProtocol === null ? publication.attributes : {};
      const body = chooseText(publication, protocol);
      const where = { topicArn, subscriptionArn: arn, protocol, endpoint };
      this.#deliveries.push({ ...where, subject, body, attributes, messageId, at });
    }
    return messageId;
  }

  deliveries(): Delivery[] {
    return structuredClone(this.#deliveries);
  }

  publications(): AcceptedPublication[] {
    return structuredClone(this.#publications);
  }

  clear(): void {
    this.#deliveries = [];
    this.#publications = [];
  }
}
