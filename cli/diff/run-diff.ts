import { diffStates } from '../../lambda/history/diff-states.ts';
import type { CommandContext } from '../command-context.ts';
import { chooseZone } from '../deployed/deployment-options.ts';
import { findInstance } from '../deployed/find-instance.ts';
import type { InstanceOptions } from '../deployed/instance-options.ts';
import { loadState, refuseUnseen } from '../deployed/load-state.ts';
import { withDeployment } from '../deployed/open-deployment.ts';
import { refuseFuture, reversed } from '../deployed/parse-span.ts';
import { toStateDocument } from '../deployed/to-state-document.ts';
import { renderJson } from '../render-json.ts';
import { parseTime } from '../times/parse-time.ts';
import { buildRenderTime } from '../times/render-time.ts';
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
    const { ask, account } = deployment;
    const subject = await ask(findInstance(deployment, instanceName, options.region ?? null));
    const [before, after] = await ask(
      Promise.all([loadState(deployment, subject, from), loadState(deployment, subject, to)]),
    );
    refuseUnseen(after, renderTime);
    const diff = diffStates(before.state, after.state);
    const { region } = subject;
    if (options.json) {
      const states = { from: toStateDocument(before.state), to: toStateDocument(after.state) };
      terminal.out.print(renderJson({ schema: 'portwatch.diff/1', account, region, instanceName, ...diff, ...states }));
    } else
      terminal.out.print(renderDiff(subject, { before: before.state, after: after.state, diff }, renderTime, terminal));
  });
}
