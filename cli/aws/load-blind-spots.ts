import { type AccountNames, accountFields } from '../questions/account-names.ts';
import {
  type AccountSpot,
  findHidingSpot,
  type KnownFleet,
  listBlindSpots,
  listUnreadItems,
  mayBeSilent,
} from '../questions/blind-spots.ts';
import type { Deployment, DeploymentAccount } from './open-deployment.ts';

/** The interval that is used if the last scan is recent, because the blind spots then do not depend on it. */
const anyInterval = 1;

/** Lists why an answer about one account can be incomplete. Reads the settings only if the last scan is not recent. */
export async function loadBlindSpots(
  { account, watched, loadScanInterval }: Pick<DeploymentAccount, 'account' | 'watched' | 'loadScanInterval'>,
  fleet: KnownFleet,
  until: string,
  names: AccountNames,
): Promise<AccountSpot[]> {
  const interval = mayBeSilent(fleet, until) ? await loadScanInterval(until) : anyInterval;
  return listBlindSpots(fleet, until, interval, watched).map((spot) => ({ ...spot, ...accountFields(names, account) }));
}

/** Lists why an answer can lack accounts: the organisation could not be listed, or the item of an account cannot be read. */
export function listRegistrySpots({ several }: Pick<Deployment, 'several'>, until: string): AccountSpot[] {
  if (several === null) return [];
  const { organization, refused } = several;
  const { failure } = organization;
  const unlisted =
    failure === null || failure.since > until
      ? []
      : [{ kind: 'organization-not-listed', since: failure.since, reason: failure.reason } as const];
  return [...unlisted, ...listUnreadItems(refused)];
}

export function listAccountSpots(
  deployment: Pick<Deployment, 'several' | 'accounts' | 'names'>,
  at: string,
): AccountSpot[] {
  return [...listRegistrySpots(deployment, at), ...listHidingSpots(deployment, at)];
}

/** The accounts that at `at` were no longer watched, or could not be entered. */
export function listHidingSpots(
  { accounts, names }: { accounts: readonly Pick<DeploymentAccount, 'account' | 'watched'>[]; names: AccountNames },
  at: string,
): AccountSpot[] {
  return accounts.flatMap(({ account, watched }) => {
    const spot = findHidingSpot(watched, at);
    return spot === null ? [] : [{ ...spot, ...accountFields(names, account) }];
  });
}
