import { findInstance } from '../../aws/find-instance.ts';
import { type KnownApprovals, loadApprovals } from '../../aws/load-approvals.ts';
import { loadState } from '../../aws/load-state.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import { refuseUnknownInstance } from '../../aws/refuse-unknown-instance.ts';
import { refuseUnreadAccount } from '../../aws/refuse-unread-account.ts';
import { refuseUnreadableApprovals } from '../../aws/refuse-unreadable-approvals.ts';
import type { CommandContext } from '../../command-context.ts';
import { renderJson } from '../../json/render-json.ts';
import { toApprovalDocument } from '../../json/to-approval-document.ts';
import { toStateDocument } from '../../json/to-state-document.ts';
import type { InstanceOptions } from '../../options/deployment-options.ts';
import { accountFields } from '../../questions/account-names.ts';
import { type ApprovalsAt, approvalsAt } from '../../questions/approvals-at.ts';
import { renderApprovalsAt } from '../../text/render-approvals-at.ts';
import { renderState } from '../../text/render-state.ts';
import { readClock } from '../../time/clock.ts';
import { parsePastTime, refuseFuture } from '../../time/parse-span.ts';

/** The fields of `portwatch at --json` about approvals; docs/command-line.md describes each field. */
function toApprovedDocument({ held, unapproved }: ApprovalsAt, { refused }: KnownApprovals) {
  return {
    approvals: held.map(({ approval, covers }) => ({ ...toApprovalDocument(approval), covers })),
    unapproved: unapproved && {
      severity: unapproved.severity,
      reason: unapproved.reason,
      exposure: unapproved.reach,
    },
    approvalsNotReadable: refused.length,
  };
}

export async function runAt(
  instanceName: string,
  time: string,
  options: InstanceOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const clock = readClock(options, context);
  const at = parsePastTime(time, 'time', clock);
  await withDeployment(options, context, async (deployment) => {
    refuseFuture(at, clock);
    const { names } = deployment;
    const { account, resource } = await findInstance(deployment, instanceName, options.region ?? null);
    const loaded = await loadState(account, resource, at);
    refuseUnknownInstance(loaded, clock.renderTime);
    const { state, ratedBy } = loaded;
    const known = await loadApprovals(account.reader, at);
    const approved = approvalsAt(state, resource, known.approvals, ratedBy);
    const document = () => ({
      schema: 'portwatch.at/1',
      ...resource,
      ...accountFields(names, resource.account),
      ...toStateDocument(state, ratedBy, names),
      ...toApprovedDocument(approved, known),
    });
    const isAnyKnown = known.approvals.length + known.refused.length > 0;
    const render = () => [
      renderState(resource, state, ratedBy, clock.renderTime, terminal, names),
      ...(isAnyKnown ? [renderApprovalsAt(approved, ratedBy, clock.renderTime, terminal)] : []),
    ];
    terminal.out.print(options.json ? renderJson(document()) : render().join('\n\n'));
    refuseUnreadableApprovals(known);
    refuseUnreadAccount(account, at, clock.renderTime, names);
  });
}
