export interface SnsNotification {
  text: string;
  subject: string | null;
}

/** SNS sends one record in each event; more records are accepted. Throws an Error if there is no record, or if a record is not from SNS. */
export function parseSnsEvent(event: unknown): SnsNotification[] {
  const records = typeof event === 'object' && event !== null && 'Records' in event ? event.Records : undefined;
  if (!Array.isArray(records) || records.length === 0) throw unknownEvent(event);
  return records.map((record: unknown) => {
    const sns = typeof record === 'object' && record !== null && 'Sns' in record ? record.Sns : undefined;
    if (typeof sns !== 'object' || sns === null || !('Message' in sns) || typeof sns.Message !== 'string') {
      throw unknownEvent(event);
    }
    return { text: sns.Message, subject: 'Subject' in sns && typeof sns.Subject === 'string' ? sns.Subject : null };
  });
}

function unknownEvent(event: unknown): Error {
  const got = (JSON.stringify(event) ?? 'nothing').slice(0, 200);
  return new Error(`Expected an event from SNS ({"Records":[{"Sns":{"Message":"…"}}]}), got ${got}`);
}
