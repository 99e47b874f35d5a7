import type { AccountNames } from '../questions/account-names.ts';
import { refuseIncomplete } from '../text/refuse-incomplete.ts';
import type { RenderTime } from '../time/render-time.ts';
import { listHidingSpots } from './load-blind-spots.ts';
import type { DeploymentAccount } from './open-deployment.ts';

/**
 * Throws CommandError if the account could not be entered at the instant `at`, or was no longer watched. A command calls this function
 * after it has printed its answer.
 */
export function refuseUnreadAccount(
  account: Pick<DeploymentAccount, 'account' | 'watched'>,
  at: string,
  renderTime: RenderTime,
  names: AccountNames,
): void {
  refuseIncomplete(listHidingSpots({ accounts: [account], names }, at), renderTime, names);
}
