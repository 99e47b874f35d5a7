import { findInstance } from '../../aws/find-instance.ts';
import type { Deployment, DeploymentAccount } from '../../aws/open-deployment.ts';
import { CommandError } from '../../command-error.ts';
import type { ApprovalRequest } from './parse-approval-request.ts';

/**
 * An approval is stored in the partition of one account: the only account of the question, or that of the instance. Throws CommandError for
 * a pattern or all instances of several accounts.
 */
export async function chooseAccountToApprove(
  { name, region }: ApprovalRequest,
  deployment: Deployment,
): Promise<DeploymentAccount> {
  const [only, ...more] = deployment.accounts;
  if (only === undefined) throw new CommandError('Nothing was approved: the table knows no account yet.');
  if (more.length === 0) return only;
  if (name !== null && !/[*?]/.test(name)) return (await findInstance(deployment, name, region)).account;
  throw new CommandError(
    `Nothing was approved: an approval of ${name === null ? 'all instances' : 'a pattern'} is for one account; expected --account with its 12 digits.`,
  );
}
