import type { ApiCall } from '../attribution/api-call.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { toReadError } from '../history/read-errors.ts';
import { decideSpan, listNames } from './decide/decide-lookup.ts';
import type { CallReader, CallSpan } from './interfaces.ts';
import type { Run } from './scan-run.ts';

export interface RegionCalls {
  region: string;
  /** All calls of this span are found, unless `calls` is `null`. */
  span: CallSpan;
  /** `null`: the lookup failed. */
  calls: ApiCall[] | null;
  isDenied: boolean;
}

/** `waiting`: the changes of the region whose calls are not all known yet. Never throws, so that the other regions are looked up. */
export async function findRegionCalls(
  region: string,
  waiting: readonly HistoryEntry[],
  lookup: { reader: CallReader; doneUntil: string | undefined; nowMs: number; signal: AbortSignal },
  { settings, observe }: Run,
): Promise<RegionCalls> {
  const { reader, doneUntil, nowMs, signal } = lookup;
  const span = decideSpan(doneUntil, waiting, nowMs);
  try {
    signal.throwIfAborted();
    const request = {
      account: settings.account,
      region,
      from: span.from,
      until: span.until,
      names: listNames(waiting),
    };
    const { calls, ignored, until } = await reader.findCalls(request, signal);
    observe({ event: 'calls-looked-up', region, calls: calls.length, ignored, isComplete: until === span.until });
    const ofRegion = calls.filter((call) => call.region === region);
    return { region, span: { from: span.from, until }, calls: ofRegion, isDenied: false };
  } catch (error) {
    const failure = toReadError(error, signal);
    observe({ event: 'calls-not-looked-up', region, error: failure });
    return { region, span, calls: null, isDenied: failure.reason === 'access-denied' };
  }
}
