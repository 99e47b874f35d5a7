import { isAtLeast, type Severity } from './severity.ts';

export interface Rating {
  severity: Severity;
  /** One sentence without its full stop, with printable characters only. */
  reason: string;
}

/** The first of the most severe ratings; `null` for an empty list. */
export function pickWorst(ratings: readonly Rating[]): Rating | null {
  let worst: Rating | null = null;
  for (const rating of ratings) if (worst === null || !isAtLeast(worst.severity, rating.severity)) worst = rating;
  return worst;
}
