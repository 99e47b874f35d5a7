import { findInstance } from '../../aws/find-instance.ts';
import { loadState } from '../../aws/load-state.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import { refuseUnknownInstance } from '../../aws/refuse-unknown-instance.ts';
import { refuseUnreadAccount } from '../../aws/refuse-unread-account.ts';
import type { CommandContext } from '../../command-context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { renderJson } from '../../json/render-json.ts';
import { toStateDocument } from '../../json/to-state-document.ts';
import type { InstanceOptions } from '../../options/deployment-options.ts';
import { accountFields } from '../../questions/account-names.ts';
import { diffStates } from '../../questions/diff-states.ts';
import { readClock } from '../../time/clock.ts';
import { parseTwoTimes, refuseFuture } from '../../time/parse-span.ts';
import { parseTime } from '../../time/parse-time.ts';
import { renderDiff } from './render-diff.ts';

export async function runDiff(
  instanceName: string,
  times: readonly [string, string],
  options: InstanceOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal, endWith } = context;
  const clock = readClock(options, context);
  const { from, until } = parseTwoTimes(...times, clock, parseTime);
  await withDeployment(options, context, async (deployment) => {
    refuseFuture(until, clock);
    const { names } = deployment;
    const { account, resource } = await findInstance(deployment, instanceName, options.region ?? null);
    const [before, after] = await Promise.all([
      loadState(account, resource, from),
      loadState(account, resource, until),
    ]);
    refuseUnknownInstance(after, clock.renderTime);
    const states = { before: before.state, after: after.state, diff: diffStates(before.state, after.state) };
    if (options.json) {
      const documents = {
        from: toStateDocument(before.state, before.ratedBy, names),
        to: toStateDocument(after.state, after.ratedBy, names),
      };
      const place = { ...resource, ...accountFields(names, resource.account) };
      terminal.out.print(renderJson({ schema: 'portwatch.diff/1', ...place, ...states.diff, ...documents }));
    } else terminal.out.print(renderDiff(resource, states, after.ratedBy, clock.renderTime, terminal, names));
    if (states.diff.verdict === 'unknown') endWith(exitCodes.error);
    refuseUnreadAccount(account, until, clock.renderTime, names);
  });
}
