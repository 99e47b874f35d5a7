import type { CommandContext } from '../command-context.ts';
import { chooseZone } from '../deployed/deployment-options.ts';
import { findInstance } from '../deployed/find-instance.ts';
import type { InstanceOptions } from '../deployed/instance-options.ts';
import { loadState, refuseUnseen } from '../deployed/load-state.ts';
import { withDeployment } from '../deployed/open-deployment.ts';
import { refuseFuture } from '../deployed/parse-span.ts';
import { renderState } from '../deployed/render-state.ts';
import { toStateDocument } from '../deployed/to-state-document.ts';
import { renderJson } from '../render-json.ts';
import { parseTime } from '../times/parse-time.ts';
import { buildRenderTime } from '../times/render-time.ts';

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
    const { ask, account } = deployment;
    const subject = await ask(findInstance(deployment, instanceName, options.region ?? null));
    const loaded = await ask(loadState(deployment, subject, at));
    refuseUnseen(loaded, renderTime);
    const { region } = subject;
    if (options.json) {
      const state = toStateDocument(loaded.state);
      terminal.out.print(renderJson({ schema: 'portwatch.at/1', account, region, instanceName, ...state }));
    } else terminal.out.print(renderState(subject, loaded.state, renderTime, terminal));
  });
}
