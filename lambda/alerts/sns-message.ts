/**
 * A message for the topic of a channel, with the same text for every protocol, so SNS delivers the attributes. The maximum is 240,000
 * bytes.
 */
export interface PlainMessage {
  message: string;
  attributes: Record<string, { type: 'String' | 'String.Array'; value: string }>;
}

/**
 * A message for the alert topic. `message` is JSON with a text for each protocol (`MessageStructure: json`). The maximum is 240,000 bytes.
 */
export interface SnsMessage extends PlainMessage {
  subject: string;
}
