/**
 * Writes observations about accounts, and about the listing of the organisation, into the registry. The alert is put into the outbox before
 * the registry item is written. If a pass crashes before it writes the item, the next pass puts the same alert into the outbox again, with
 * the same `alertId`.
 */
import { type AccountObservation, decideAccount, decideOrganization } from '../accounts/decide-account.ts';
import type { FailureContext, ObservedFailure } from '../accounts/decide-account-failure.ts';
import type { OrganizationState, WatchedAccount } from '../accounts/watched-account.ts';
import { type AccountAlertContext, buildAccountAlert, buildOrganizationAlert } from '../alerts/account-alerts.ts';
import type { Alert } from '../contract/json-event.ts';
import type { ScanSettings } from '../contract/settings-schema.ts';
import { toInstant } from '../history/instants.ts';
import type { AlertOutbox, AlertPublisher, ScanObserver } from '../scan/interfaces.ts';
import type { AccountStore } from './interfaces.ts';

export interface RegistrySetup {
  /** The settings of the monitor: `account` is the monitor account. */
  settings: ScanSettings;
  tableName: string;
  /** The region of the deployment. */
  homeRegion: string;
  accounts: AccountStore;
  outbox: AlertOutbox;
  publisher: Pick<AlertPublisher, 'hasConfirmedSubscriber'>;
  observe: ScanObserver;
  /** Milliseconds since the epoch. */
  clock: () => number;
}

/** If another writer is faster in each attempt, the observation is not stored, and the next pass observes the account again. */
const maxAttempts = 3;

/**
 * Returns the stored account; `null`: the registry does not have the account. Throws if the table or the topic fails, or if the stored
 * account cannot be read.
 */
export async function updateAccount(
  account: string,
  known: WatchedAccount | null,
  observation: AccountObservation,
  passStartedAt: string,
  setup: RegistrySetup,
): Promise<WatchedAccount | null> {
  let stored = known;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const before = stored;
    const { next, alert } = await decideHeard(setup, passStartedAt, (context) =>
      decideAccount(account, before, observation, context),
    );
    if (next === null) return stored;
    if (alert !== null) await putAlert(account, next.name, buildAccountAlert(alert, next, contextOf(setup)), setup);
    if (await setup.accounts.saveAccount(next)) return next;
    stored = await setup.accounts.loadAccount(account);
  }
  setup.observe({ event: 'bookkeeping-failed', step: `note the account ${account}`, error: new Error('refused') });
  return stored;
}

/** `observed: null`: the organisation was listed. Throws if the table or the topic fails. */
export async function updateOrganization(
  known: OrganizationState,
  observed: ObservedFailure | null,
  passStartedAt: string,
  setup: RegistrySetup,
): Promise<void> {
  const { account, name } = setup.settings;
  const { next, alert } = await decideHeard(setup, passStartedAt, (context) =>
    decideOrganization(known, observed, context),
  );
  if (next === null) return;
  if (alert !== null) await putAlert(account, name, buildOrganizationAlert(alert, next, contextOf(setup)), setup);
  // If the write is refused, another pass was first, and the next pass observes the organisation again.
  await setup.accounts.saveOrganization(next);
}

/**
 * Decides whether an observation needs an alert. An alert waits until SNS lists a confirmed subscriber. SNS is queried only if there is an
 * alert.
 */
async function decideHeard<D extends { alert: object | null }>(
  { settings: { tellGapAfterScans }, publisher, clock, observe }: RegistrySetup,
  passStartedAt: string,
  decide: (context: FailureContext) => D,
): Promise<D> {
  const context = { at: toInstant(clock()), passStartedAt, tellGapAfterScans };
  const decision = decide({ ...context, hasListener: true });
  if (decision.alert === null || (await publisher.hasConfirmedSubscriber())) return decision;
  observe({ event: 'not-told', why: 'no-confirmed-subscriber' });
  return decide({ ...context, hasListener: false });
}

const contextOf = ({ settings, tableName, homeRegion, clock }: RegistrySetup): AccountAlertContext => ({
  monitor: settings.account,
  tableName,
  region: homeRegion,
  at: toInstant(clock()),
});

async function putAlert(account: string, accountName: string, alert: Alert, setup: RegistrySetup): Promise<void> {
  await setup.outbox.putGroup({ account, accountName, at: toInstant(setup.clock()), alerts: [alert] });
}
