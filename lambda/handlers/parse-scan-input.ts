/** An event that the scan function does not know. The function refuses it before it reads or writes anything. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
}

/**
 * `{}` (an invocation by hand) or an event of EventBridge Scheduler or of an EventBridge schedule rule asks for a full scan.
 * Throws UnknownEventError for any other event, so that an event for another function never starts a scan.
 */
export function parseScanEvent(event: unknown): { kind: 'full-scan' } {
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) {
    if (Object.keys(event).length === 0) return { kind: 'full-scan' };
    if ('source' in event && 'detail-type' in event) {
      const { source, 'detail-type': detailType } = event;
      const isSchedule = source === 'aws.scheduler' || source === 'aws.events';
      if (isSchedule && detailType === 'Scheduled Event') return { kind: 'full-scan' };
    }
  }
  throw new UnknownEventError(
    `The scan function got an event that it does not know: ${shorten(event)}. ` +
      'It expects {} or an event of EventBridge Scheduler, and scans the whole fleet. Nothing was done.',
  );
}

function shorten(event: unknown): string {
  const text = JSON.stringify(event) ?? String(event);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
