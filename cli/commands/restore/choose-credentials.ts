import { renderPlain } from '../../../lambda/alerts/escape.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import { type CallerIdentity, identify } from '../../aws/caller-identity.ts';
import type { Deployment } from '../../aws/open-deployment.ts';
import { CommandError } from '../../command-error.ts';
import { renderAccount } from '../../text/render-place.ts';

/**
 * Returns the credentials that change the firewall: those of `profile`. `tableProfile`: the profile that reads the table, for an instance
 * in another account than the table; left out: `profile` does both. Throws CommandError if the credentials do not work, or belong to
 * another account than the instance.
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
