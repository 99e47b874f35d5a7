/** For the topic of a channel: one text for every protocol, so SNS keeps the attributes. At most 240,000 bytes. */
export interface PlainMessage {
  message: string;
  attributes: Record<string, { type: 'String' | 'String.Array'; value: string }>;
}

/** For the alert topic. `message`: JSON with a text for each protocol (`MessageStructure: json`), at most 240,000 bytes. */
export interface SnsMessage extends PlainMessage {
  subject: string;
}
