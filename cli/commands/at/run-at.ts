import { findInstance } from '../../aws/find-instance.ts';
import { loadState, refuseUnknownInstance } from '../../aws/load-state.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { renderJson } from '../../json/render-json.ts';
import { toStateDocument } from '../../json/to-state-document.ts';
import { readClock } from '../../options/clock.ts';
import type { InstanceOptions } from '../../options/deployment-options.ts';
import { parsePastTime } from '../../options/parse-span.ts';
import { renderState } from '../../text/render-state.ts';

export async function runAt(
  instanceName: string,
  time: string,
  options: InstanceOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const clock = readClock(options);
  const at = parsePastTime(time, 'time', clock);
  await withDeployment(options, context, async (deployment) => {
    const resource = await findInstance(deployment, instanceName, options.region ?? null);
    const loaded = await loadState(deployment, resource, at);
    refuseUnknownInstance(loaded, clock.renderTime);
    const { state, ratedBy } = loaded;
    const document = () => ({ schema: 'portwatch.at/1', ...resource, ...toStateDocument(state, ratedBy) });
    terminal.out.print(
      options.json ? renderJson(document()) : renderState(resource, state, ratedBy, clock.renderTime, terminal),
    );
  });
}
