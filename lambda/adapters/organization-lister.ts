/** Lists accounts from AWS Organizations. Only the management account, or a delegated administrator, is allowed to list an organisation. */
import {
  type Account,
  OrganizationsClient,
  type OrganizationsClientConfig,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
} from '@aws-sdk/client-organizations';
import type { ListedAccount } from '../accounts/choose-watched-accounts.ts';
import { ReadError } from '../history/read-errors.ts';
import type { AccountLister } from '../pass/interfaces.ts';
import { toAwsReadError } from './aws-errors.ts';
import { withoutCallLog } from './client-settings.ts';
import { expectList } from './expect-list.ts';

export class OrganizationLister implements AccountLister {
  readonly #client: OrganizationsClient;

  constructor(config: OrganizationsClientConfig) {
    this.#client = withoutCallLog(new OrganizationsClient(config));
  }

  async listAccounts(organization: string, units: readonly string[] | null, signal: AbortSignal) {
    try {
      const accounts = units === null ? await this.#listAll(signal) : await this.#listUnits(units, signal);
      return accounts.map((account) => toListedAccount(account, organization));
    } catch (error) {
      throw toAwsReadError(error);
    }
  }

  destroy(): void {
    this.#client.destroy();
  }

  async #listAll(signal: AbortSignal): Promise<Account[]> {
    const found: Account[] = [];
    for await (const { Accounts } of paginateListAccounts({ client: this.#client }, {}, { abortSignal: signal }))
      found.push(...expectList(Accounts, 'Accounts', 'ListAccounts'));
    return found;
  }

  /**
   * Lists the accounts in `units` (organizational units), and in all units below them. Each unit is listed once, also if another configured
   * unit contains it.
   */
  async #listUnits(units: readonly string[], signal: AbortSignal): Promise<Account[]> {
    const found: Account[] = [];
    const config = { client: this.#client };
    const options = { abortSignal: signal };
    const all = new Set(units);
    // The set grows during the loop, and the loop visits the new elements.
    for (const ParentId of all) {
      for await (const { Accounts } of paginateListAccountsForParent(config, { ParentId }, options))
        found.push(...expectList(Accounts, 'Accounts', 'ListAccountsForParent'));
      for await (const { OrganizationalUnits: below } of paginateListOrganizationalUnitsForParent(
        config,
        { ParentId },
        options,
      ))
        for (const { Id } of expectList(below, 'OrganizationalUnits', 'ListOrganizationalUnitsForParent')) {
          if (!Id) throw new ReadError('invalid-answer', `${ParentId} listed an organisational unit without an id`);
          all.add(Id);
        }
    }
    return found;
  }
}

/** An account in any other state is active, even if this version of Portwatch does not know the state. */
const inactiveStates: readonly string[] = ['PENDING_ACTIVATION', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'];

/** `State` replaces `Status`, which AWS retires on 9 September 2026 (API reference of Organizations, Account). */
function toListedAccount({ Id, Arn, Name, State, Status }: Account, organization: string): ListedAccount {
  if (!Id) throw new ReadError('invalid-answer', 'the organisation listed an account without an id');
  // Format: arn:aws:organizations::<management account>:account/<organisation>/<account>
  const actual = Arn?.split('/')[1] ?? organization;
  if (actual !== organization)
    throw new ReadError('invalid-answer', `accounts names ${organization}, but this account belongs to ${actual}`);
  return { account: Id, name: Name ?? Id, isActive: !inactiveStates.includes(State ?? Status ?? '') };
}
