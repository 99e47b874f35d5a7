/** One `Publish`, ready to be sent. `message` is the serialised per-protocol JSON (`MessageStructure: json`), at most 240,000 bytes. */
export interface SnsMessage {
  subject: string;
  message: string;
  attributes: Record<string, { type: 'String' | 'String.Array'; value: string }>;
}
