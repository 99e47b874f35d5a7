import { CommandError } from '../command-error.ts';
import { type CallerIdentity, IdentityError, loadCallerIdentity } from './caller-identity.ts';
import { describeIdentityError } from './describe-identity-error.ts';

/** Whose credentials these are. Throws CommandError where they do not work, with what to do. `profile`: `null` leaves it to the SDK. */
export async function identify(profile: string | null, signal: AbortSignal): Promise<CallerIdentity> {
  try {
    return await loadCallerIdentity(profile, signal);
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    throw new CommandError(describeIdentityError(error, profile), { cause: error });
  }
}
