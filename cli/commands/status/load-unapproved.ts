import { wasEverApproved } from '../../../lambda/approvals/decide-reminders.ts';
import { bySeverity } from '../../../lambda/firewall/rating/severity.ts';
import { listUnapproved } from '../../../lambda/scan/list-unapproved.ts';
import type { Fleet } from '../../aws/history-reader.ts';
import { allApprovals, type KnownApprovals } from '../../aws/load-approvals.ts';
import { loadOpenSince, type UnapprovedInstance } from '../../aws/load-open-since.ts';
import { type DeploymentAccount, forEachAccount } from '../../aws/open-deployment.ts';
import type { RatedBy } from '../../questions/choose-rating-settings.ts';
import { chooseUnapproved, type StatusOptions } from './choose-shown.ts';

interface LoadedAccount {
  place: DeploymentAccount;
  fleet: Fleet;
  known: KnownApprovals;
  ratedBy: RatedBy;
}

/**
 * Loads the unapproved exposure, highest severity first; `null`: no account ever had an approval, so `status` shows no such list. If one
 * account had an approval, all open exposure of accounts without approvals is unapproved.
 */
export async function loadAllUnapproved(
  loaded: readonly LoadedAccount[],
  at: string,
  options: StatusOptions,
): Promise<UnapprovedInstance[] | null> {
  if (!loaded.some(wasApproved)) return null;
  const lists = await forEachAccount({ accounts: loaded }, (one) => loadUnapproved(one, at, options));
  return lists.flat().sort(bySeverity);
}

function wasApproved({ fleet, known }: LoadedAccount): boolean {
  return known.refused.length > 0 || wasEverApproved({ approvals: allApprovals(known) }, fleet.approvalMarks);
}

function loadUnapproved(
  { place: { reader, account }, fleet, known, ratedBy }: LoadedAccount,
  at: string,
  options: StatusOptions,
): Promise<UnapprovedInstance[]> {
  const settings = { regions: known.regions, highRiskPorts: ratedBy.highRiskPorts };
  const open = listUnapproved(fleet.states, { approvals: known.approvals, settings, at });
  return loadOpenSince(reader, account, chooseUnapproved(open, options), ratedBy);
}
