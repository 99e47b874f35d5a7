import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { longestReason } from '../../../lambda/contract/settings-schema.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import { withApprovalWriter } from '../../aws/approval-writer.ts';
import { loadApprovedFleet } from '../../aws/load-approved-fleet.ts';
import { type Deployment, type DeploymentAccount, forEachAccount, withDeployment } from '../../aws/open-deployment.ts';
import { refuseUnreadableApprovals } from '../../aws/refuse-unreadable-approvals.ts';
import { refuseWithoutRecords } from '../../aws/refuse-without-records.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { renderJson } from '../../json/render-json.ts';
import { toApprovalDocument, toInstanceReachDocument } from '../../json/to-approval-document.ts';
import type { DeploymentOptions } from '../../options/deployment-options.ts';
import { accountFields } from '../../questions/account-names.ts';
import { listStillOpen } from '../../questions/approved-fleet.ts';
import { describeExposure, describeInstanceReach, describeScope } from '../../text/describe-approval.ts';
import { readClock } from '../../time/clock.ts';
import type { ZoneOptions } from '../../time/zone.ts';
import { requireRevocable } from './refuse-revocation.ts';

interface RevokeOptions extends DeploymentOptions, ZoneOptions {
  reason?: string;
  dryRun?: boolean;
}

/** The limit for each exposure, in lines. `--json` has no limit. */
const maxLines = 8;

/**
 * Throws CommandError if the approval cannot be revoked, or a read or the write fails. Throws CommandError also after the answer, if some
 * approvals cannot be read.
 */
export async function runRevoke(id: string, options: RevokeOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted } = context;
  const clock = readClock(options, context);
  const reason = options.reason?.trim() || null;
  if (reason !== null && reason.length > longestReason)
    throw new CommandError(
      `--reason has ${reason.length} characters; expected at most ${longestReason}. Nothing was revoked.`,
    );
  await withDeployment(options, context, async (deployment) => {
    const { names } = deployment;
    const chosen = await chooseAccount(id, deployment);
    const at = toInstant(clock.now);
    const loaded = await loadApprovedFleet(chosen, at);
    refuseWithoutRecords({ ...deployment, accounts: [chosen] }, [loaded]);
    const approval = requireRevocable(id, loaded, at, clock.renderTime);
    const revocation = { at, by: deployment.identity.arn, reason };
    const revoked = { ...approval, revoked: revocation };
    const others = loaded.approvals.map((one) => (one.id === id ? revoked : one));
    const stillOpen = listStillOpen(revoked, loaded.instances, others, at);
    const isDryRun = options.dryRun === true;
    if (!isDryRun) {
      if (interrupted.aborted) throw new CommandError('Nothing was revoked.');
      if (
        !(await withApprovalWriter({ ...deployment, account: chosen.account }, ({ revoke }) => revoke(id, revocation)))
      )
        throw new CommandError(
          `Somebody else revoked ${id} at the same time, and that revocation counts; npm run portwatch -- approvals shows it.`,
        );
    }
    const lines = stillOpen.map((one) => `  ${describeInstanceReach(one, maxLines, names)}`);
    terminal.out.print(
      options.json
        ? renderJson({
            schema: 'portwatch.revoke/1',
            account: chosen.account,
            ...accountFields(names, chosen.account),
            isDryRun,
            approval: toApprovalDocument(revoked),
            stillOpen: stillOpen.map((one) => toInstanceReachDocument(one, names)),
          })
        : [
            `${describeScope(approval)}: ${describeExposure(approval.exposure, maxLines)}. Reason was: ${renderPlain(approval.reason)}`,
            ...(lines.length === 0
              ? ['Nothing that is open now loses its approval.']
              : ['Open, and not approved any more:', ...lines]),
            isDryRun
              ? 'Nothing was revoked, because of --dry-run.'
              : `Revoked: approval ${id}. The approval ends with the next scan, which sends an alert about the revocation.`,
          ].join('\n'),
    );
    refuseUnreadableApprovals(loaded);
  });
}

/**
 * Returns the account that has the approval. If no account has the approval, returns the first account, where the later search throws
 * CommandError with similar ids.
 */
async function chooseAccount(id: string, deployment: Deployment): Promise<DeploymentAccount> {
  const { accounts } = deployment;
  const isIn = await forEachAccount(deployment, async ({ reader }) => {
    if (accounts.length === 1) return true;
    const { approvals, refused } = await reader.loadApprovals();
    return approvals.some((one) => one.id === id) || refused.some(({ key }) => key === id);
  });
  const chosen = accounts[isIn.indexOf(true)] ?? accounts[0];
  if (chosen === undefined) throw new CommandError('The table knows no account yet. Nothing was revoked.');
  return chosen;
}
