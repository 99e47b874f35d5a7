/** What arrived, and where: one entry for each subscription that a publication reached. */
import { randomUUID } from 'node:crypto';
import { chooseText, type MessageAttribute, type Publication } from './publication.ts';
import type { Subscription } from './topics.ts';

export interface Delivery {
  topicArn: string;
  subscriptionArn: string;
  protocol: string;
  endpoint: string;
  /** E-mail without a subject gets the service's own, "AWS Notification Message"; null elsewhere. */
  subject: string | null;
  /** The text chosen for the protocol, without the envelope that SNS puts around it for sqs, lambda, http and https. */
  body: string;
  /** Empty where the message was structured: the service's guide says that attributes are sent only with plain text. */
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

  /** Pending subscriptions get nothing. Returns the message's id. */
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
