/** Each reason is counted. None is an error, because a record from outside can contain anything. */
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
  /** The value that was found, for the log. Text from outside. */
  detail: string;
}

export function ignore(ignored: IgnoredReason, detail: string): Ignored {
  return { ignored, detail: detail.slice(0, 200) };
}

export function isIgnored<T extends object>(parsed: T | Ignored): parsed is Ignored {
  return 'ignored' in parsed;
}
