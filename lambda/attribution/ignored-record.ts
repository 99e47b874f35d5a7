/**
 * The reason why a record from AWS was ignored. The callers only count the reasons: no reason is an error, because a record can contain
 * anything.
 */
export type IgnoredReason =
  | 'failed-call'
  | 'other-source'
  | 'other-account'
  | 'unknown-event'
  | 'no-instance'
  | 'no-time'
  | 'from-the-future'
  | 'unreadable';

export interface Ignored {
  ignored: IgnoredReason;
  /** The value that was found, cut to 200 characters, for the log. The value comes from the record and is not checked. */
  detail: string;
}

export function ignore(ignored: IgnoredReason, detail: string): Ignored {
  return { ignored, detail: detail.slice(0, 200) };
}

export function isIgnored<T extends object>(parsed: T | Ignored): parsed is Ignored {
  return 'ignored' in parsed;
}
