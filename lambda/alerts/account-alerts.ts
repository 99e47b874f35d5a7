/** Builds the alerts about whole accounts, and about the listing of the organisation. */
import type { AccountAlertKind, AccountNews, OrganizationAlertKind } from '../accounts/decide-account.ts';
import type { OrganizationState, WatchedAccount } from '../accounts/watched-account.ts';
import type { Alert } from '../contract/json-event.ts';
import { accountKey, organizationKey } from '../contract/table-keys.ts';
import { hashAlertId } from './alert-id.ts';
import { blankAlert } from './blank-alert.ts';

export interface AccountAlertContext {
  /** The id of the monitor account. */
  monitor: string;
  tableName: string;
  /** The region of the deployment, and so of the table. */
  region: string;
  at: string;
}

const removals: Readonly<Record<NonNullable<WatchedAccount['removedBecause']>, string>> = {
  suspended: 'the account is suspended or closed, and is no longer watched',
  left: 'the account is no longer in the organisation or its configured units, and is no longer watched',
  'not-configured': 'the account is no longer configured, and is no longer watched',
};

/**
 * `next`: the account as the table holds it after the alert. The alert id depends on `next.version`, so a repeated alert has the same id.
 */
export function buildAccountAlert(
  { kind, failure }: AccountNews<AccountAlertKind>,
  next: WatchedAccount,
  { monitor, tableName, region, at }: AccountAlertContext,
): Alert {
  return blankAlert({
    alertId: hashAlertId(next.account, next.version, kind),
    kind,
    ...wordsOf(kind, failure, next),
    region,
    changedBefore: at,
    ...(failure && { failure: toAlertFailure(failure) }),
    details: { table: tableName, ...accountKey(monitor, next.account) },
  });
}

/** `next`: the state as the table holds it after the alert. The alert id depends on `next.version`, so a repeated alert has the same id. */
export function buildOrganizationAlert(
  { kind, failure }: AccountNews<OrganizationAlertKind>,
  next: OrganizationState,
  { monitor, tableName, region, at }: AccountAlertContext,
): Alert {
  const isFailed = kind === 'organization-unreadable';
  return blankAlert({
    alertId: hashAlertId(monitor, next.version, kind),
    kind,
    severity: isFailed ? 'high' : 'info',
    reason: isFailed
      ? `the organisation can not be listed: ${failure?.reason}`
      : 'the organisation can be listed again',
    region,
    changedBefore: at,
    ...(failure && { failure: toAlertFailure(failure) }),
    details: { table: tableName, ...organizationKey(monitor) },
  });
}

function wordsOf(
  kind: AccountAlertKind,
  failure: WatchedAccount['failure'],
  { removedBecause }: WatchedAccount,
): Pick<Alert, 'severity' | 'reason'> {
  switch (kind) {
    case 'account-unreadable':
      return { severity: 'high', reason: `the account can not be entered: ${failure?.reason}` };
    case 'account-readable-again':
      return {
        severity: 'info',
        reason: failure === null ? 'the account is watched again' : 'the account can be entered again',
      };
    case 'account-removed':
      return { severity: 'medium', reason: removals[removedBecause ?? 'not-configured'] };
  }
}

function toAlertFailure({ reason, message, since }: NonNullable<WatchedAccount['failure']>): Alert['failure'] {
  return { reason, message, since };
}
