import { CommandError } from '../command-error.ts';
import { type AccountNames, accountFields } from '../questions/account-names.ts';
import { findHidingSpot } from '../questions/blind-spots.ts';
import { describeMissing } from '../text/describe-blind-spot.ts';
import type { RenderTime } from '../text/render-time.ts';
import type { DeploymentAccount } from './open-deployment.ts';

/** Throws CommandError, after the answer about one instance, if its account could not be entered at that time, or was no longer watched. */
export function refuseHidden(
  { account, watched }: Pick<DeploymentAccount, 'account' | 'watched'>,
  at: string,
  renderTime: RenderTime,
  names: AccountNames,
): void {
  const spot = findHidingSpot(watched, at);
  if (spot === null) return;
  const missing = describeMissing([{ ...spot, ...accountFields(names, account) }], renderTime, names);
  if (missing !== null) throw new CommandError(missing);
}
