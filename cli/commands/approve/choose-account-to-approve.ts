import { findInstance } from '../../aws/find-instance.ts';
import type { Deployment, DeploymentAccount } from '../../aws/open-deployment.ts';
import { CommandError } from '../../command-error.ts';
import type { ApprovalRequest } from './parse-approval-request.ts';

/**
 * Returns the account that will hold the approval. With several accounts this is the account of the named instance. Throws CommandError if
 * there are several accounts and the request is for a pattern or for all instances. Throws CommandError if the table knows no account, or
 * does not know the instance.
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
