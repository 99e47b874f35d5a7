import { CommandError } from '../../command-error.ts';
import type { RenderTime } from '../../time/render-time.ts';

/** Throws CommandError if `until` is before the first scan of every account: an empty answer would mean that nothing was open. */
export function refuseBeforeFirstScan(until: string, firstSeenAt: readonly string[], renderTime: RenderTime): void {
  const [first] = firstSeenAt.toSorted();
  if (first !== undefined && until < first)
    throw new CommandError(
      `Nothing is known about ${renderTime(until)}: the first scan was at ${renderTime(first)}; expected a later time.`,
    );
}
