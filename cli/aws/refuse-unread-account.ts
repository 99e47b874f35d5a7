import type { AccountNames } from '../questions/account-names.ts';
import { refuseIncomplete } from '../text/refuse-incomplete.ts';
import type { RenderTime } from '../time/render-time.ts';
import { listHidingSpots } from './load-blind-spots.ts';
import type { DeploymentAccount } from './open-deployment.ts';

/** For the end of a command: throws CommandError if the account could not be entered at that time, or was no longer watched. */
export function refuseUnreadAccount(
  account: Pick<DeploymentAccount, 'account' | 'watched'>,
  at: string,
  renderTime: RenderTime,
  names: AccountNames,
): void {
  refuseIncomplete(listHidingSpots({ accounts: [account], names }, at), renderTime, names);
}
