import { toInstant } from '../../../lambda/history/instants.ts';
import { loadApprovedFleet } from '../../aws/load-approved-fleet.ts';
import { listAccountSpots } from '../../aws/load-blind-spots.ts';
import { forEachAccount, withDeployment } from '../../aws/open-deployment.ts';
import { refuseUnreadableApprovals } from '../../aws/refuse-unreadable-approvals.ts';
import { refuseWithoutRecords } from '../../aws/refuse-without-records.ts';
import type { CommandContext } from '../../command-context.ts';
import { renderJson } from '../../json/render-json.ts';
import type { DeploymentOptions } from '../../options/deployment-options.ts';
import { joinApprovals, listApprovals } from '../../questions/list-approvals.ts';
import { refuseIncomplete } from '../../text/refuse-incomplete.ts';
import { readClock } from '../../time/clock.ts';
import type { ZoneOptions } from '../../time/zone.ts';
import { renderApprovals, toApprovalsDocument } from './render-approvals.ts';

/** Throws CommandError after the answer if some approvals or accounts cannot be read. */
export function runApprovals(options: DeploymentOptions & ZoneOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const clock = readClock(options, context);
  return withDeployment(options, context, async (deployment) => {
    const { names } = deployment;
    const at = toInstant(clock.now);
    const loaded = await forEachAccount(deployment, async (each) => ({
      account: each.account,
      ...(await loadApprovedFleet(each, at)),
    }));
    refuseWithoutRecords(deployment, loaded);
    const listed = joinApprovals(
      loaded.map((one) => ({ account: one.account, listed: listApprovals(one, one.instances, at) })),
    );
    const refused = loaded.flatMap((one) => one.refused);
    const spots = listAccountSpots(deployment, at);
    terminal.out.print(
      options.json
        ? renderJson(toApprovalsDocument(deployment.account, at, listed, refused.length, names, spots))
        : renderApprovals(listed, clock.renderTime, terminal, names),
    );
    refuseUnreadableApprovals({ refused });
    refuseIncomplete(spots, clock.renderTime, names);
  });
}
