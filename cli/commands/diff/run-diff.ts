import { findInstance } from '../../aws/find-instance.ts';
import { loadState, refuseUnknownInstance } from '../../aws/load-state.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { chooseZone } from '../../options/deployment-options.ts';
import type { InstanceOptions } from '../../options/instance-options.ts';
import { refuseFuture, reversed } from '../../options/parse-span.ts';
import { parseTime } from '../../options/parse-time.ts';
import { diffStates } from '../../questions/diff-states.ts';
import { renderJson } from '../../text/render-json.ts';
import { buildRenderTime } from '../../text/render-time.ts';
import { toStateDocument } from '../../text/to-state-document.ts';
import { renderDiff } from './render-diff.ts';

export async function runDiff(
  instanceName: string,
  times: readonly [string, string],
  options: InstanceOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const zone = chooseZone(options);
  const renderTime = buildRenderTime(zone);
  const clock = { now: Date.now(), zone };
  const [from, to] = [parseTime(times[0], 'first time', clock), parseTime(times[1], 'second time', clock)];
  if (from > to) throw reversed(from, to, renderTime);
  refuseFuture(to, clock, renderTime);
  await withDeployment(options, context, async (deployment) => {
    const { ask, account, loadRatedBy } = deployment;
    const resource = await ask(findInstance(deployment, instanceName, options.region ?? null));
    const [before, after] = await ask(
      Promise.all([loadState(deployment, resource, from), loadState(deployment, resource, to)]),
    );
    const [ratedBefore, ratedAfter] = await Promise.all([loadRatedBy(from), loadRatedBy(to)]);
    refuseUnknownInstance(after, renderTime);
    const diff = diffStates(before.state, after.state);
    const { region } = resource;
    if (options.json) {
      const states = { from: toStateDocument(before.state, ratedBefore), to: toStateDocument(after.state, ratedAfter) };
      terminal.out.print(renderJson({ schema: 'portwatch.diff/1', account, region, instanceName, ...diff, ...states }));
    } else
      terminal.out.print(
        renderDiff(resource, { before: before.state, after: after.state, diff }, renderTime, terminal),
      );
  });
}
