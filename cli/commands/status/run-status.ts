import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { wasEverApproved } from '../../../lambda/approvals/decide-reminders.ts';
import { listUnapproved } from '../../../lambda/scan/list-open.ts';
import type { Fleet } from '../../aws/history-reader.ts';
import { loadListeners } from '../../aws/listeners.ts';
import { allApprovals, type KnownApprovals, loadApprovals, requireReadable } from '../../aws/load-approvals.ts';
import { loadFleet } from '../../aws/load-fleet.ts';
import { loadOpenSince, type UnapprovedInstance } from '../../aws/load-open-since.ts';
import { loadScansBack } from '../../aws/near-scans.ts';
import { type Deployment, withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { renderJson } from '../../json/render-json.ts';
import { readClock } from '../../options/clock.ts';
import { refuseUnknownNames } from '../../options/named-resources.ts';
import { listBlindSpots } from '../../questions/blind-spots.ts';
import { fleetStatus } from '../../questions/fleet-status.ts';
import type { RatedBy } from '../../questions/rated-by.ts';
import { findWaitingAlerts } from '../../questions/waiting-alerts.ts';
import { describeMissing } from '../../text/describe-blind-spot.ts';
import {
  chooseShown,
  chooseSpots,
  chooseUnapproved,
  decideExitCode,
  listResources,
  type StatusOptions,
} from './choose-shown.ts';
import { renderStatus } from './render-status.ts';
import { toStatusDocument } from './to-status-document.ts';

export function runStatus(options: StatusOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted, endWith } = context;
  return withDeployment(options, context, async (deployment) => {
    const { account, loadRatedBy, loadScanInterval } = deployment;
    const now = Date.now();
    const at = new Date(now).toISOString();
    const [fleet, ratedBy] = await Promise.all([loadFleet(deployment), loadRatedBy(at)]);
    const known = await loadApprovals(deployment.reader, at);
    const unapproved = await loadUnapproved({ fleet, known, at, ratedBy }, options, deployment);
    const waitingAlerts = await findWaitingAlerts(fleet.states, deployment.reader);
    // After the table: an error there must leave no request behind.
    const listeners = await loadListeners(options, deployment, interrupted);
    const { states, refused, lastScan } = fleet;
    const whole = fleetStatus(states, await loadScansBack(deployment.reader, fleet, at), ratedBy);
    const shown = chooseShown(whole, options);
    const view = {
      ...shown,
      account,
      now,
      lastScan,
      instancesKnown: whole.instances.length,
      ratedBy,
      listeners,
      unapproved,
      waitingAlerts,
    };
    if (options.json) terminal.out.print(renderJson(toStatusDocument(view)));
    else terminal.out.print(renderStatus(view, readClock(options).renderTime, terminal));
    if (refused.length > 0) throw describeRefused(refused);
    requireReadable(known);
    refuseUnknownNames(options, listResources(whole, account));
    const spots = options.exitCode === undefined ? [] : listBlindSpots(fleet, at, await loadScanInterval(at));
    const chosen = chooseSpots(spots, options);
    const missing = chosen.length === 0 ? null : describeMissing(chosen, readClock(options).renderTime);
    if (missing !== null) throw new CommandError(missing);
    endWith(decideExitCode(shown, options));
  });
}

/** Worst first, with its age from the history. `null`: nothing was ever approved, so all that is open is in the list of instances. */
async function loadUnapproved(
  { fleet, known, at, ratedBy }: { fleet: Fleet; known: KnownApprovals; at: string; ratedBy: RatedBy },
  options: StatusOptions,
  { reader, account }: Deployment,
): Promise<UnapprovedInstance[] | null> {
  if (known.refused.length === 0 && !wasEverApproved({ approvals: allApprovals(known) }, fleet.approvalMarks))
    return null;
  const settings = { regions: known.regions, highRiskPorts: ratedBy.highRiskPorts };
  const open = listUnapproved(fleet.states, { approvals: known.approvals, settings, at });
  return loadOpenSince(reader, account, chooseUnapproved(open, options), ratedBy);
}

function describeRefused(refused: Fleet['refused']): CommandError {
  const names = refused.slice(0, 3).map(({ key }) => renderPlain(key, 80));
  const more = refused.length > 3 ? ` and ${refused.length - 3} more` : '';
  return new CommandError(
    `This version of Portwatch cannot read the items of ${names.join(', ')}${more}: ${refused[0]?.problem}.`,
  );
}
