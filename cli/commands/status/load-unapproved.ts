import { wasEverApproved } from '../../../lambda/approvals/decide-reminders.ts';
import { bySeverity } from '../../../lambda/firewall/rating/severity.ts';
import { listUnapproved } from '../../../lambda/scan/list-unapproved.ts';
import type { Fleet } from '../../aws/history-reader.ts';
import { allApprovals, type KnownApprovals } from '../../aws/load-approvals.ts';
import { loadOpenSince, type UnapprovedInstance } from '../../aws/load-open-since.ts';
import type { DeploymentAccount } from '../../aws/open-deployment.ts';
import type { RatedBy } from '../../questions/choose-rating-settings.ts';
import { chooseUnapproved, type StatusOptions } from './choose-shown.ts';

interface ApprovedAccount {
  fleet: Fleet;
  known: KnownApprovals;
  at: string;
  ratedBy: RatedBy;
}

interface LoadedAccount {
  place: DeploymentAccount;
  approved: ApprovedAccount;
  unapproved: UnapprovedInstance[] | null;
}

/** `null`: nothing was ever approved in any account. Otherwise, in an account without approvals all open exposure is unapproved. */
export async function loadAllUnapproved(
  loaded: readonly LoadedAccount[],
  options: StatusOptions,
): Promise<UnapprovedInstance[] | null> {
  if (loaded.every(({ unapproved }) => unapproved === null)) return null;
  const lists: UnapprovedInstance[][] = [];
  for (const { unapproved, approved, place } of loaded)
    lists.push(unapproved ?? (await loadUnapproved(approved, options, place)));
  return lists.flat().sort(bySeverity);
}

/** False if nothing was ever approved: then all open exposure is in the list of instances. */
export function wasApproved({ fleet, known }: ApprovedAccount): boolean {
  return known.refused.length > 0 || wasEverApproved({ approvals: allApprovals(known) }, fleet.approvalMarks);
}

/** The unapproved exposure, worst first, with its age from the history. */
export async function loadUnapproved(
  { fleet, known, at, ratedBy }: ApprovedAccount,
  options: StatusOptions,
  { reader, account }: Pick<DeploymentAccount, 'reader' | 'account'>,
): Promise<UnapprovedInstance[]> {
  const settings = { regions: known.regions, highRiskPorts: ratedBy.highRiskPorts };
  const open = listUnapproved(fleet.states, { approvals: known.approvals, settings, at });
  return loadOpenSince(reader, account, chooseUnapproved(open, options), ratedBy);
}
