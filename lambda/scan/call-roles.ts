/** What saying who did it needs from outside, beside what every scan needs. */
import type { Call, CallName } from '../attribution/call.ts';
import type { IgnoredReason } from '../attribution/ignored.ts';

/** Instants in ISO-8601 UTC with milliseconds; both belong to it. */
export interface CallSpan {
  from: string;
  until: string;
}

export interface LookedUp {
  /** In no order; copies of one call may be among them. */
  calls: Call[];
  /** How many records were none of ours, by the reason. */
  ignored: Partial<Record<IgnoredReason, number>>;
}

export interface CallReader {
  /** Every call of these names that was made in a region in a span, as far as its record has come. Throws ReadError. */
  lookUp(region: string, names: readonly CallName[], span: CallSpan, signal: AbortSignal): Promise<LookedUp>;
}

/** What a scan needs to follow calls. */
export interface CallFollowing {
  reader: CallReader;
  /** Is a short alert sent once it is known who made a change that was told without it? */
  attributedAlerts: boolean;
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
