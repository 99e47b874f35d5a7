import { renderPlain } from '../../../lambda/alerts/escape.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import { type CallerIdentity, identify } from '../../aws/caller-identity.ts';
import type { Deployment } from '../../aws/open-deployment.ts';
import { CommandError } from '../../command-error.ts';
import { renderAccount } from '../../text/render-place.ts';

/**
 * Returns the credentials of `profile`, which change the firewall. If `tableProfile` is given, that profile reads the table. Otherwise
 * `profile` also reads the table.
 * Throws CommandError if the credentials do not work, or if they belong to an account in which the instance is not.
 */
export async function chooseCredentials(
  resource: Resource,
  { identity, names }: Pick<Deployment, 'identity' | 'names'>,
  { profile, tableProfile }: { profile?: string; tableProfile?: string },
  signal: AbortSignal,
): Promise<CallerIdentity> {
  const chosen = tableProfile === undefined ? identity : await identify(profile ?? null, signal);
  if (chosen.account === resource.account) return chosen;
  const owner = renderAccount(resource.account, names);
  const hint =
    tableProfile === undefined
      ? 'give --profile with credentials of that account, and --table-profile with those that read the table'
      : 'give --profile with credentials of that account';
  throw new CommandError(
    `${renderPlain(resource.instanceName ?? '', 80)} in ${resource.region} is in account ${owner}, and these credentials are of account ${chosen.account}; ${hint}. Nothing was changed.`,
  );
}
