import { renderPlain } from '../../../lambda/alerts/escape.ts';
import type { Fleet } from '../../aws/history-reader.ts';
import { loadListeners } from '../../aws/listeners.ts';
import { loadFleet } from '../../aws/load-fleet.ts';
import { loadScansBack } from '../../aws/near-scans.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { renderJson } from '../../json/render-json.ts';
import { readClock } from '../../options/clock.ts';
import { refuseUnknownNames } from '../../options/named-resources.ts';
import { listBlindSpots } from '../../questions/blind-spots.ts';
import { fleetStatus } from '../../questions/fleet-status.ts';
import { findWaitingAlerts } from '../../questions/waiting-alerts.ts';
import { describeMissing } from '../../text/describe-blind-spot.ts';
import { chooseShown, chooseSpots, decideExitCode, listResources, type StatusOptions } from './choose-shown.ts';
import { renderStatus } from './render-status.ts';
import { toStatusDocument } from './to-status-document.ts';

export function runStatus(options: StatusOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted, endWith } = context;
  return withDeployment(options, context, async (deployment) => {
    const { account, loadRatedBy, loadScanInterval } = deployment;
    const now = Date.now();
    const at = new Date(now).toISOString();
    const [fleet, ratedBy] = await Promise.all([loadFleet(deployment), loadRatedBy(at)]);
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
      waitingAlerts,
    };
    if (options.json) terminal.out.print(renderJson(toStatusDocument(view)));
    else terminal.out.print(renderStatus(view, readClock(options).renderTime, terminal));
    if (refused.length > 0) throw describeRefused(refused);
    refuseUnknownNames(options, listResources(whole, account));
    const spots = options.exitCode === undefined ? [] : listBlindSpots(fleet, at, await loadScanInterval(at));
    const chosen = chooseSpots(spots, options);
    const missing = chosen.length === 0 ? null : describeMissing(chosen, readClock(options).renderTime);
    if (missing !== null) throw new CommandError(missing);
    endWith(decideExitCode(shown, options));
  });
}

function describeRefused(refused: Fleet['refused']): CommandError {
  const names = refused.slice(0, 3).map(({ key }) => renderPlain(key, 80));
  const more = refused.length > 3 ? ` and ${refused.length - 3} more` : '';
  return new CommandError(
    `This version of Portwatch cannot read the items of ${names.join(', ')}${more}: ${refused[0]?.problem}.`,
  );
}
