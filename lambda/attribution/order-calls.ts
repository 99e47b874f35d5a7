import type { AttributedCall } from '../history/attribution.ts';
import type { ApiCall } from './api-call.ts';

/** Each call once, sorted by time. Calls of the same second keep their order. */
export function orderCalls(calls: readonly ApiCall[]): ApiCall[] {
  const once = new Map<string, ApiCall>();
  for (const call of calls) if (!once.has(call.eventId)) once.set(call.eventId, call);
  return [...once.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** The part of a call that the history stores. */
export function toAttributedCall(call: ApiCall): AttributedCall {
  const { eventId, at, name, by, arn, sourceIpAddress, userAgent, through } = call;
  return { eventId, at, name, by, arn, sourceIpAddress, userAgent, through };
}
