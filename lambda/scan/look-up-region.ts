/** Asks for the calls of one region. Its failure is its own: another region's calls are followed all the same. */
import type { ApiCall } from '../attribution/api-call.ts';
import type { HistoryEntry } from '../history/entry.ts';
import type { CallFollowing, CallSpan } from './call-roles.ts';
import { decideSpan, listNames } from './decide/decide-lookup.ts';
import type { ScanObserver } from './interfaces.ts';
import { toReadError } from './read-and-commit.ts';

export interface LookedAt {
  region: string;
  span: CallSpan;
  /** `null`: it failed. */
  calls: ApiCall[] | null;
  isDenied: boolean;
}

/** `waiting`: the changes of the region of which nobody knows who made them. Throws nothing. */
export async function lookUpRegion(
  { account, region }: { account: string; region: string },
  need: { doneUntil: string | undefined; waiting: readonly HistoryEntry[]; nowMs: number },
  { calls: { reader }, observe, signal }: { calls: CallFollowing; observe: ScanObserver; signal: AbortSignal },
): Promise<LookedAt> {
  const span = decideSpan(need.doneUntil, need.waiting, need.nowMs);
  try {
    signal.throwIfAborted();
    const lookup = { account, region, ...span, names: listNames(need.waiting) };
    const { calls, ignored, isComplete } = await reader.findCalls(lookup, signal);
    observe({ event: 'calls-looked-up', region, calls: calls.length, ignored, isComplete });
    return { region, span, calls: calls.filter((call) => call.region === region), isDenied: false };
  } catch (error) {
    const failure = toReadError(error, signal);
    observe({ event: 'calls-not-looked-up', region, error: failure });
    return { region, span, calls: null, isDenied: failure.reason === 'access-denied' };
  }
}
