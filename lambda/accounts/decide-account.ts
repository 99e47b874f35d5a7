/** Decides the next state of an account in the registry, and the alert about the change. Pure. */
import type { AlertKind } from '../contract/json-event.ts';
import { continueAccountFailure, type FailureContext, type ObservedFailure } from './decide-account-failure.ts';
import type { AccountFailure, OrganizationState, WatchedAccount } from './watched-account.ts';

export type AccountObservation =
  /** The account is one of the accounts to watch. */
  | { kind: 'chosen'; name: string }
  /** The account is not one of the accounts to watch. */
  | { kind: 'not-chosen'; because: RemovalReason }
  /** The account was entered, and its regions were listed. */
  | { kind: 'entered' }
  | ({ kind: 'not-entered' } & ObservedFailure);

export type RemovalReason = NonNullable<WatchedAccount['removedBecause']>;

/**
 * An alert about an account or the organisation. `failure`: the failure that began or ended; `null` if the account was removed, or is
 * watched again.
 */
export interface AccountNews<K extends string> {
  kind: K;
  failure: AccountFailure | null;
}

export type AccountAlertKind = Extract<AlertKind, `account-${string}`>;
export type OrganizationAlertKind = Extract<AlertKind, `organization-${string}`>;

/** `next`: what to store; `null`: the registry stays as it is. An alert is put into the outbox before `next` is stored. */
interface AccountDecision {
  next: WatchedAccount | null;
  alert: AccountNews<AccountAlertKind> | null;
}

interface OrganizationDecision {
  next: OrganizationState | null;
  alert: AccountNews<OrganizationAlertKind> | null;
}

const nothing = { next: null, alert: null };

/** `known`: `null` for an account that the registry does not have. */
export function decideAccount(
  account: string,
  known: WatchedAccount | null,
  observation: AccountObservation,
  context: FailureContext,
): AccountDecision {
  switch (observation.kind) {
    case 'chosen':
      return decideChosen(account, known, observation.name, context);
    case 'not-chosen':
      return known === null ? nothing : decideNotChosen(known, observation.because, context);
    case 'entered':
      return known?.status === 'watched' ? decideEntered(known, context) : nothing;
    case 'not-entered':
      return known?.status === 'watched' ? decideNotEntered(known, observation, context) : nothing;
  }
}

/** `observed`: `null` if the organisation was listed. */
export function decideOrganization(
  { failure: known, version }: OrganizationState,
  observed: ObservedFailure | null,
  context: FailureContext,
): OrganizationDecision {
  if (observed === null) {
    if (known === null) return nothing;
    const isAlertDue = known.isAlerted && context.hasListener;
    const alert = isAlertDue ? ({ kind: 'organization-readable-again', failure: known } as const) : null;
    return { next: { failure: null, version: version + 1 }, alert };
  }
  const { failure, isAlertDue } = continueAccountFailure(known, observed, context);
  const alert = isAlertDue ? ({ kind: 'organization-unreadable', failure } as const) : null;
  return { next: { failure, version: version + 1 }, alert };
}

function decideChosen(
  account: string,
  known: WatchedAccount | null,
  name: string,
  { at, hasListener }: FailureContext,
): AccountDecision {
  if (known?.status === 'watched')
    return known.name === name ? nothing : { next: { ...known, name, version: known.version + 1 }, alert: null };
  const next: WatchedAccount = {
    account,
    name,
    status: 'watched',
    since: at,
    removedBecause: null,
    isRemovalAlerted: false,
    failure: null,
    version: (known?.version ?? 0) + 1,
  };
  const isNews = known?.isRemovalAlerted === true && hasListener;
  return { next, alert: isNews ? { kind: 'account-readable-again', failure: null } : null };
}

/**
 * Alerts once about the removal, and keeps its first reason. The reason can change later: a suspended account leaves the organisation after
 * 90 days.
 */
function decideNotChosen(
  known: WatchedAccount,
  because: RemovalReason,
  { at, hasListener }: FailureContext,
): AccountDecision {
  if (known.isRemovalAlerted || (known.status === 'removed' && !hasListener)) return nothing;
  const { status, since, removedBecause } = known;
  const next: WatchedAccount = {
    ...known,
    status: 'removed',
    since: status === 'removed' ? since : at,
    removedBecause: removedBecause ?? because,
    isRemovalAlerted: hasListener,
    failure: null,
    version: known.version + 1,
  };
  return { next, alert: hasListener ? { kind: 'account-removed', failure: null } : null };
}

function decideEntered(known: WatchedAccount, { hasListener }: FailureContext): AccountDecision {
  const { failure } = known;
  if (failure === null) return nothing;
  return {
    next: { ...known, failure: null, version: known.version + 1 },
    alert: failure.isAlerted && hasListener ? { kind: 'account-readable-again', failure } : null,
  };
}

function decideNotEntered(known: WatchedAccount, observed: ObservedFailure, context: FailureContext): AccountDecision {
  const { failure, isAlertDue } = continueAccountFailure(known.failure, observed, context);
  return {
    next: { ...known, failure, version: known.version + 1 },
    alert: isAlertDue ? { kind: 'account-unreadable', failure } : null,
  };
}
