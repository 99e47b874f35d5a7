import { findInstance } from '../../aws/find-instance.ts';
import { loadState, refuseUnknownInstance } from '../../aws/load-state.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { chooseZone } from '../../options/deployment-options.ts';
import type { InstanceOptions } from '../../options/instance-options.ts';
import { refuseFuture } from '../../options/parse-span.ts';
import { parseTime } from '../../options/parse-time.ts';
import { renderJson } from '../../text/render-json.ts';
import { renderState } from '../../text/render-state.ts';
import { buildRenderTime } from '../../text/render-time.ts';
import { toStateDocument } from '../../text/to-state-document.ts';

export async function runAt(
  instanceName: string,
  time: string,
  options: InstanceOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const zone = chooseZone(options);
  const renderTime = buildRenderTime(zone);
  const clock = { now: Date.now(), zone };
  const at = parseTime(time, 'time', clock);
  refuseFuture(at, clock, renderTime);
  await withDeployment(options, context, async (deployment) => {
    const { ask, account, loadRatedBy } = deployment;
    const resource = await ask(findInstance(deployment, instanceName, options.region ?? null));
    const [loaded, ratedBy] = await Promise.all([ask(loadState(deployment, resource, at)), loadRatedBy(at)]);
    refuseUnknownInstance(loaded, renderTime);
    const { region } = resource;
    if (options.json) {
      const state = toStateDocument(loaded.state, ratedBy);
      terminal.out.print(renderJson({ schema: 'portwatch.at/1', account, region, instanceName, ...state }));
    } else terminal.out.print(renderState(resource, loaded.state, ratedBy, renderTime, terminal));
  });
}
