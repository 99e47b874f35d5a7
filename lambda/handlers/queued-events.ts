/**
 * Finds the instances that a batch of queued events names. Each instance has its API calls and the ids of its messages. Pure. Never throws.
 */
import type { ApiCall } from '../attribution/api-call.ts';
import { type IgnoredReason, isIgnored } from '../attribution/ignored-record.ts';
import { parseEvent } from '../attribution/parse-call-event.ts';
import { readRecord } from '../attribution/record-fields.ts';
import { parseJson } from '../contract/parse-json.ts';
import { resourceKey } from '../history/resource-key.ts';
import type { EventInstance } from '../scan/decide/decide-event-instance.ts';

export interface QueuedMessage {
  messageId: string;
  body: string;
}

export interface QueuedEvents {
  /** Each instance once. An instance has each of its calls once. */
  targets: EventInstance[];
  /** The ids of the messages that name an instance, by the `resourceKey` of the instance. */
  messageIds: Map<string, Set<string>>;
  calls: number;
  /** Number of events that are not relevant, by reason. */
  ignored: Partial<Record<IgnoredReason, number>>;
}

/**
 * Groups messages by the `account` field of the EventBridge event, because only EventBridge writes this field. The key is `null` for events
 * without an account of 12 digits.
 */
export function groupByAccount<M extends QueuedMessage>(messages: readonly M[]): Map<string | null, M[]> {
  return Map.groupBy(messages, ({ body }) => {
    const account = readRecord(parseJson(body))?.['account'];
    return typeof account === 'string' && /^\d{12}$/.test(account) ? account : null;
  });
}

/** `expected.now`: ms since the epoch. */
export function readQueuedEvents(
  messages: readonly QueuedMessage[],
  expected: { account: string; now: number },
): QueuedEvents {
  const targets = new Map<string, EventInstance & { calls: ApiCall[] }>();
  const messageIds = new Map<string, Set<string>>();
  const ignored: QueuedEvents['ignored'] = {};
  const seen = new Set<string>();
  for (const { messageId, body } of messages) {
    // A body that is not JSON is ignored as `unreadable`.
    const call = parseEvent(parseJson(body), expected);
    if (isIgnored(call)) {
      ignored[call.ignored] = (ignored[call.ignored] ?? 0) + 1;
      continue;
    }
    for (const instanceName of new Set(call.instanceNames)) {
      const key = resourceKey({ region: call.region, instanceName });
      messageIds.set(key, (messageIds.get(key) ?? new Set()).add(messageId));
      const target = targets.get(key) ?? { region: call.region, instanceName, calls: [] };
      targets.set(key, target);
      if (!seen.has(`${call.eventId} ${key}`)) target.calls.push(call);
      seen.add(`${call.eventId} ${key}`);
    }
  }
  const calls = new Set([...targets.values()].flatMap((target) => target.calls.map(({ eventId }) => eventId))).size;
  return { targets: [...targets.values()], messageIds, calls, ignored };
}
