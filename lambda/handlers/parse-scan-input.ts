import * as z from 'zod/mini';
import { parseJson } from '../contract/parse-json.ts';
import type { AccountMessage } from '../pass/interfaces.ts';

/** The event of an invocation is none of those that the scan function handles. Thrown before any read or write. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';

  constructor(event: unknown) {
    super(
      `The scan function got an event that it does not know: ${shorten(event)}. ` +
        'It expects {} or an event of EventBridge Scheduler, and scans the whole fleet. Nothing was done.',
    );
  }
}

/** A message of the accounts queue. `message: null`: the body does not have the format of `AccountMessage`. */
export interface QueuedMessage {
  messageId: string;
  message: AccountMessage | null;
}

export type ScanInput =
  /** With several accounts, `full-scan` starts a pass. */
  { kind: 'full-scan' } | { kind: 'account-scans'; messages: QueuedMessage[] } | { kind: 'collect' };

const batchSchema = z.object({
  Records: z
    .array(z.object({ messageId: z.string(), body: z.string(), eventSource: z.literal('aws:sqs') }))
    .check(z.minLength(1)),
});

const messageSchema = z.object({
  portwatch: z.literal('scan-account'),
  account: z.string().check(z.regex(/^\d{12}$/)),
  name: z.string(),
  passStartedAt: z.iso.datetime(),
});

const collectSchema = z.object({ portwatch: z.literal('collect') });

/**
 * `{}` (an invocation by hand) and an event of EventBridge Scheduler or of a schedule rule start a full scan. A batch of the accounts queue
 * starts account scans. `{"portwatch":"collect"}` starts the collector. Any other event throws UnknownEventError, so that an event for
 * another function never starts a scan.
 */
export function parseScanInput(event: unknown): ScanInput {
  if (isFullScan(event)) return { kind: 'full-scan' };
  if (collectSchema.safeParse(event).success) return { kind: 'collect' };
  const batch = batchSchema.safeParse(event);
  if (!batch.success) throw new UnknownEventError(event);
  const messages = batch.data.Records.map(({ messageId, body }): QueuedMessage => {
    const parsed = messageSchema.safeParse(parseJson(body));
    return { messageId, message: parsed.success ? parsed.data : null };
  });
  return { kind: 'account-scans', messages };
}

function isFullScan(event: unknown): boolean {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return false;
  if (Object.keys(event).length === 0) return true;
  if (!('source' in event && 'detail-type' in event)) return false;
  const { source, 'detail-type': detailType } = event;
  return (source === 'aws.scheduler' || source === 'aws.events') && detailType === 'Scheduled Event';
}

function shorten(event: unknown): string {
  const text = JSON.stringify(event) ?? String(event);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
