import { CommandError } from '../command-error.ts';
import type { AccountNames } from '../questions/account-names.ts';
import type { AccountSpot } from '../questions/blind-spots.ts';
import type { RenderTime } from '../time/render-time.ts';
import { describeMissing } from './describe-blind-spot.ts';

/**
 * A command calls this function last, after it printed its answer. Throws CommandError with a description of the missing parts if parts of
 * the answer are missing.
 */
export function refuseIncomplete(spots: readonly AccountSpot[], renderTime: RenderTime, names: AccountNames): void {
  const missing = describeMissing(spots, renderTime, names);
  if (missing !== null) throw new CommandError(missing);
}
