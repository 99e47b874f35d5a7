/**
 * Starts a pass: sends one message for each watched account to the accounts queue. The steps of `startPass` are those of
 * docs/architecture.md.
 */
import pLimit from 'p-limit';
import {
  type ChosenAccount,
  chooseWatchedAccounts,
  explainRemoval,
  isOrganization,
  type ListedAccount,
} from '../accounts/choose-watched-accounts.ts';
import type { AccountObservation } from '../accounts/decide-account.ts';
import type { ObservedFailure } from '../accounts/decide-account-failure.ts';
import type { WatchedAccount } from '../accounts/watched-account.ts';
import { renderCount } from '../alerts/render-count.ts';
import type { WatchedAccounts } from '../contract/settings-schema.ts';
import { toInstant } from '../history/instants.ts';
import { toReadError } from '../history/read-errors.ts';
import { attempt } from '../scan/scan-run.ts';
import type { AccountLister, AccountQueue, LoadedAccounts } from './interfaces.ts';
import { type RegistrySetup, updateAccount, updateOrganization } from './update-registry.ts';

export interface PassSetup extends RegistrySetup {
  configured: WatchedAccounts;
  lister: AccountLister;
  queue: AccountQueue;
  /** Ends the previous pass, if it has not ended. */
  endPass: () => Promise<void>;
  /** Returns a signal that aborts after `ms` milliseconds. */
  timeout: (ms: number) => AbortSignal;
}

export interface PassStart {
  /** Number of accounts that have a message in the queue. */
  accountsQueued: number;
}

const listingMs = 60_000;
const notesAtOnce = 10;

/**
 * Throws if the table fails, if there is no account to scan, or if the queue accepts no message. Also throws if a newer version of
 * Portwatch wrote the previous pass.
 */
export async function startPass(setup: PassSetup): Promise<PassStart> {
  const startedAt = toInstant(setup.clock());
  await attempt(setup, 'end the pass before', setup.endPass); //                    1 end the pass before
  const known = await setup.accounts.loadAccounts(); //                             2 load the registry
  for (const item of known.refused) setup.observe({ event: 'item-refused', item });
  const listing = await listOrganization(known, startedAt, setup); //               3 list the organisation
  const chosen = chooseListed(listing, known, setup);
  await noteChanges(chosen, listing ?? [], known, startedAt, setup); // 4 note new and removed accounts
  if (chosen.length === 0) throw new Error(describeNothing(setup.configured, listing));
  await setup.accounts.savePass({ startedAt, accounts: chosen.length, endedAt: null, complete: false }); // 5 begin
  return sendMessages(chosen, startedAt, setup); //                                 6 one message for each account
}

/** `null`: the organisation could not be listed. Empty: the configuration names no organisation. */
async function listOrganization(
  { organization: known }: LoadedAccounts,
  startedAt: string,
  setup: PassSetup,
): Promise<ListedAccount[] | null> {
  const { configured, lister } = setup;
  const note = (failure: ObservedFailure | null) =>
    attempt(setup, 'note whether the organisation could be listed', () =>
      updateOrganization(known, failure, startedAt, setup),
    );
  if (!isOrganization(configured)) {
    await note(null);
    return [];
  }
  const { organization, units } = configured;
  const signal = setup.timeout(listingMs);
  try {
    const listing = await lister.listAccounts(organization, units ?? null, signal);
    await note(null);
    return listing;
  } catch (error) {
    const failed = toReadError(error, signal);
    setup.observe({ event: 'organization-failed', organization, error: failed });
    await note({ reason: failed.reason, message: failed.message });
    return null;
  }
}

/** `listing: null`: the accounts of the registry are used instead. */
function chooseListed(
  listing: readonly ListedAccount[] | null,
  { accounts }: LoadedAccounts,
  { configured, settings }: PassSetup,
): ChosenAccount[] {
  const { account, name } = settings;
  const watched = accounts.filter(({ status }) => status === 'watched');
  const known = watched.map((one) => ({ account: one.account, name: one.name, isActive: true }));
  return chooseWatchedAccounts(configured, listing ?? known, { account, name });
}

/**
 * Writes to the registry which accounts are watched and which are removed. If the organisation could not be listed, only accounts that the
 * configuration excludes are removed. If a write fails, the account is still scanned, and the next pass writes again.
 */
async function noteChanges(
  chosen: readonly ChosenAccount[],
  listing: readonly ListedAccount[],
  { accounts, refused }: LoadedAccounts,
  startedAt: string,
  setup: PassSetup,
): Promise<void> {
  const limit = pLimit(notesAtOnce);
  const known = new Map(accounts.map((one) => [one.account, one]));
  const unreadable = new Set(refused.map(({ key }) => key));
  const isChosen = new Set(chosen.map(({ account }) => account));
  const note = (account: string, before: WatchedAccount | null, observation: AccountObservation) =>
    limit(() =>
      attempt(setup, `note the account ${account}`, () =>
        updateAccount(account, before, observation, startedAt, setup),
      ),
    );
  await Promise.all([
    ...chosen
      .filter(({ account }) => !unreadable.has(account))
      .map(({ account, name }) => note(account, known.get(account) ?? null, { kind: 'chosen', name })),
    ...accounts
      .filter(({ account }) => !isChosen.has(account))
      .map((one) => {
        const because = explainRemoval(one.account, setup.configured, listing);
        return note(one.account, one, { kind: 'not-chosen', because });
      }),
  ]);
}

function describeNothing(configured: WatchedAccounts, listing: readonly ListedAccount[] | null): string {
  const organization = isOrganization(configured) ? configured.organization : '';
  return listing === null
    ? `No pass: the organisation ${organization} could not be listed, and no account of it is known yet. Only the management account of ` +
        'the organisation, or a delegated administrator, can list it.'
    : `No pass: the organisation ${organization} listed ${renderCount(listing.length, 'account')}, and none of them is active and to be watched.`;
}

async function sendMessages(
  chosen: readonly ChosenAccount[],
  passStartedAt: string,
  { queue, observe }: PassSetup,
): Promise<PassStart> {
  const messages = chosen.map((one) => ({ portwatch: 'scan-account' as const, ...one, passStartedAt }));
  const { notSent, error } = await queue.send(messages);
  if (notSent.length === messages.length) throw new Error('No pass: the queue accepted no message.', { cause: error });
  for (const { account } of notSent)
    observe({ event: 'bookkeeping-failed', step: `put the account ${account} into the queue`, error });
  return { accountsQueued: messages.length - notSent.length };
}
