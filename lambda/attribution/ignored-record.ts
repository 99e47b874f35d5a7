/** Why a record is none of ours. Each is counted, none is an error: what comes from outside may be anything. */
export const ignoredReasons = [
  'failed-call',
  'other-source',
  'other-account',
  'unknown-event',
  'no-instance',
  'no-time',
  'from-the-future',
  'unreadable',
] as const;

export type IgnoredReason = (typeof ignoredReasons)[number];

export interface Ignored {
  ignored: IgnoredReason;
  /** What was found, for a log. Text from outside. */
  detail: string;
}

export function ignore(ignored: IgnoredReason, detail: string): Ignored {
  return { ignored, detail: detail.slice(0, 200) };
}

export function isIgnored<T extends object>(parsed: T | Ignored): parsed is Ignored {
  return 'ignored' in parsed;
}
