/**
 * A stand-in for AWS Organizations on loopback: DescribeOrganization, ListRoots, ListAccounts, ListAccountsForParent and
 * ListOrganizationalUnitsForParent. An account has a `State` and no `Status`, because the service retired `Status` on 9 September 2026 (API
 * reference, data type Account). Throttling is the fault `{ kind: 'error', name: 'TooManyRequestsException' }`.
 */
import { describeJson, jsonError, jsonReply, parseParams } from './wire/json-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { checkSession, signedAccount } from './wire/signed-account.ts';
import { type AccountOptions, defaultAccount, type StandIn, startStandIn } from './wire/stand-in.ts';

interface EmulatedMember {
  id: string;
  name: string;
  /** `ACTIVE` by default. */
  state?: 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';
  /** The unit or the root that contains the account; the root by default. */
  parent?: string;
}

interface EmulatedOrganization {
  /** `o-…`. */
  id: string;
  managementAccount: string;
  /** Accounts that are delegated administrators of a service. */
  delegates?: readonly string[];
  /** `r-…`. */
  root: string;
  /** Every unit, with the unit or root that contains it. */
  units?: readonly { id: string; name: string; parent: string }[];
  accounts: readonly EmulatedMember[];
}

export interface OrganizationsEmulator extends StandIn {
  /** `null`, as at the start: the account is in no organization. */
  setOrganization(organization: EmulatedOrganization | null): void;
  /** The number of elements on a page, 20 at the start, which is the service's maximum. With `hasEmptyPages` every second page is empty. */
  setPages(pages: { size: number; hasEmptyPages?: boolean }): void;
}

type Params = Record<string, unknown>;

export async function startOrganizationsEmulator(options: AccountOptions = {}): Promise<OrganizationsEmulator> {
  const home = options.account ?? defaultAccount;
  const now = options.now ?? Date.now;
  let organization: EmulatedOrganization | null = null;
  let pages: { size: number; hasEmptyPages?: boolean } = { size: 20 };
  const standIn = await startStandIn(
    {
      describe: (exchange) => ({
        ...describeJson(exchange, 'AWSOrganizationsV20161128', 'organizations'),
        account: signedAccount(exchange, home),
      }),
      perform: (exchange, { operation, region }) => {
        if (region === null) throw new Refusal({ name: 'MissingAuthenticationTokenException' });
        checkSession(exchange, now());
        const perform = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
        if (perform === undefined) throw new Refusal({ name: 'UnknownOperationException' });
        const caller = signedAccount(exchange, home);
        const own = organization;
        if (own === null || !isMember(own, caller)) {
          const message = 'Your account is not a member of an organization.';
          throw new Refusal({ name: 'AWSOrganizationsNotInUseException', message });
        }
        const isAllowed = caller === own.managementAccount || (own.delegates ?? []).includes(caller);
        if (operation !== 'DescribeOrganization' && !isAllowed) {
          const message = "You don't have permissions to access this resource.";
          throw new Refusal({ name: 'AccessDeniedException', message });
        }
        const params = parseParams(exchange);
        const answer = perform(own, params);
        return jsonReply(Array.isArray(answer.all) ? cutPage(answer.field, answer.all, params, pages) : answer.all);
      },
      renderError: jsonError,
    },
    options,
  );
  return {
    ...standIn,
    setOrganization: (given) => {
      organization = given;
    },
    setPages: (given) => {
      pages = given;
    },
  };
}

/** `all`: a list is cut into pages; any other value is the whole answer. */
interface Answer {
  field: string;
  all: unknown;
}

const operations: Record<string, (organization: EmulatedOrganization, params: Params) => Answer> = {
  DescribeOrganization: ({ id, managementAccount }) => ({
    field: '',
    all: {
      Organization: {
        Id: id,
        Arn: `arn:aws:organizations::${managementAccount}:organization/${id}`,
        FeatureSet: 'ALL',
        MasterAccountId: managementAccount,
        MasterAccountArn: `arn:aws:organizations::${managementAccount}:account/${id}/${managementAccount}`,
        MasterAccountEmail: `${managementAccount}@example.com`,
        AvailablePolicyTypes: [],
      },
    },
  }),
  ListRoots: ({ id, managementAccount, root }) => ({
    field: 'Roots',
    all: [
      {
        Id: root,
        Arn: `arn:aws:organizations::${managementAccount}:root/${id}/${root}`,
        Name: 'Root',
        PolicyTypes: [],
      },
    ],
  }),
  ListAccounts: (organization) => ({
    field: 'Accounts',
    all: organization.accounts.map((account) => renderAccount(account, organization)),
  }),
  ListAccountsForParent: (organization, params) => {
    const parent = parseParent(organization, params);
    const own = organization.accounts.filter((account) => (account.parent ?? organization.root) === parent);
    return { field: 'Accounts', all: own.map((account) => renderAccount(account, organization)) };
  },
  ListOrganizationalUnitsForParent: (organization, params) => {
    const { id: organizationId, managementAccount, units = [] } = organization;
    const parent = parseParent(organization, params);
    const all = units
      .filter((unit) => unit.parent === parent)
      .map(({ id, name }) => ({
        Id: id,
        Arn: `arn:aws:organizations::${managementAccount}:ou/${organizationId}/${id}`,
        Name: name,
      }));
    return { field: 'OrganizationalUnits', all };
  },
};

function isMember({ managementAccount, accounts }: EmulatedOrganization, account: string): boolean {
  return account === managementAccount || accounts.some(({ id }) => id === account);
}

function renderAccount({ id, name, state }: EmulatedMember, organization: EmulatedOrganization) {
  return {
    Id: id,
    Arn: `arn:aws:organizations::${organization.managementAccount}:account/${organization.id}/${id}`,
    Email: `${id}@example.com`,
    Name: name,
    State: state ?? 'ACTIVE',
    JoinedMethod: 'CREATED',
    JoinedTimestamp: 1_700_000_000,
  };
}

function parseParent({ root, units = [] }: EmulatedOrganization, { ParentId }: Params): string {
  const known = [root, ...units.map(({ id }) => id)].find((id) => id === ParentId);
  if (known !== undefined) return known;
  const message = `We can't find a root or OU with the ParentId that you specified.`;
  throw new Refusal({ name: 'ParentNotFoundException', message });
}

/** A page can be empty although more pages follow, as the documentation of every List operation says. */
function cutPage(
  field: string,
  all: unknown[],
  { MaxResults, NextToken }: Params,
  { size, hasEmptyPages = false }: { size: number; hasEmptyPages?: boolean },
): unknown {
  const [, kind, at] = /^(page|empty)-(\d+)$/.exec(NextToken === undefined ? 'page-0' : String(NextToken)) ?? [];
  if (at === undefined) throw new Refusal({ name: 'InvalidInputException', message: 'The token is not one of ours.' });
  if (kind === 'empty') return { [field]: [], NextToken: `page-${at}` };
  const end = Number(at) + Math.min(size, Number(MaxResults ?? size));
  const next = `${hasEmptyPages ? 'empty' : 'page'}-${end}`;
  return { [field]: all.slice(Number(at), end), ...(end < all.length && { NextToken: next }) };
}
