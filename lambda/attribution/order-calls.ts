import type { AttributedCall } from '../history/attribution.ts';
import type { ApiCall } from './api-call.ts';

/** Each call once, by the time of the call; those of the same second as they came. */
export function orderCalls(calls: readonly ApiCall[]): ApiCall[] {
  const once = new Map<string, ApiCall>();
  for (const call of calls) if (!once.has(call.eventId)) once.set(call.eventId, call);
  return [...once.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** What of a call is kept in the history. */
export function toAttributedCall(call: ApiCall): AttributedCall {
  const { eventId, at, name, by, arn, sourceIpAddress, userAgent, through } = call;
  return { eventId, at, name, by, arn, sourceIpAddress, userAgent, through };
}
