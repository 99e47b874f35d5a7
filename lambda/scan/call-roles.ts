/** What saying who did it needs from outside, beside what every scan needs. */
import type { ApiCall, CallName } from '../attribution/api-call.ts';
import type { IgnoredReason } from '../attribution/ignored-record.ts';

/** Instants in ISO-8601 UTC with milliseconds; both belong to it. */
export interface CallSpan {
  from: string;
  until: string;
}

export interface CallLookup extends CallSpan {
  account: string;
  region: string;
  /** All of them by default; each costs a request at least, of which there are two a second. */
  names?: readonly CallName[];
}

export interface FoundCalls {
  /** In the order of their time; calls of the same second as CloudTrail gave them. Copies of one call may be among them. */
  calls: ApiCall[];
  /** How many records were none of ours, by reason. */
  ignored: Partial<Record<IgnoredReason, number>>;
  /** False: there were more than could be asked for, and the oldest are not among them. */
  isComplete: boolean;
}

export interface CallReader {
  /** Every such call, as far as its record has come. Throws ReadError; `access-denied` where the permission is missing. */
  findCalls(lookup: CallLookup, signal: AbortSignal): Promise<FoundCalls>;
}

/** What a scan needs to follow calls. */
export interface CallFollowing {
  reader: CallReader;
}

/** How far calls were followed. Losing it costs looking up again, and nothing else. */
export interface CallState {
  /** When the last pass over the calls began. */
  passedAt: string;
  /** Region to the instant up to which all is done there. */
  doneUntil: Record<string, string>;
  /** A change waits for whoever made it until then; `null`: none does. */
  waitsUntil: string | null;
  /** Regions whose calls must not be looked up, as people were told. */
  toldDenied: string[];
}
