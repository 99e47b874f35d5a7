import { requireReadable } from '../../aws/load-approvals.ts';
import { loadApprovedFleet } from '../../aws/load-approved-fleet.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { renderJson } from '../../json/render-json.ts';
import { readClock } from '../../options/clock.ts';
import type { DeploymentOptions, ZoneOptions } from '../../options/deployment-options.ts';
import { listApprovals } from '../../questions/list-approvals.ts';
import { renderApprovals, toApprovalsDocument } from './render-approvals.ts';

/** Throws CommandError after the answer if some approvals cannot be read. */
export function runApprovals(options: DeploymentOptions & ZoneOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const clock = readClock(options);
  return withDeployment(options, context, async (deployment) => {
    const loaded = await loadApprovedFleet(deployment, new Date(clock.now).toISOString());
    const at = deployment.readNow();
    const listed = listApprovals(loaded, loaded.fleet, at);
    terminal.out.print(
      options.json
        ? renderJson(toApprovalsDocument(deployment.account, at, listed, loaded.refused.length))
        : renderApprovals(listed, clock.renderTime, terminal),
    );
    requireReadable(loaded);
  });
}
