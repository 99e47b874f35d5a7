/** Names the account on each alert of the outbox, and merges alerts with the same content about several accounts. Pure. */

import { nameAccount } from '../alerts/account-of-alert.ts';
import type { DigestContext } from '../alerts/build-digest.ts';
import type { DecidedAlert } from '../alerts/decide-alerts.ts';
import { type AccountAlert, mergeApproval, mergeReminders, mergeWeeks } from '../alerts/merge-alerts-of-accounts.ts';
import { numberPeriod } from '../approvals/number-period.ts';
import type { Alert } from '../contract/json-event.ts';
import type { Pass, StoredGroup } from './interfaces.ts';

/** `keys`: the groups of the outbox that are deleted when this group is published. */
export interface MergedGroup {
  keys: string[];
  alerts: DecidedAlert[];
  /** Equal for the same change in several accounts. */
  likeness: string;
}

/** After this time a group is no longer held back. */
const longestHoldMs = 26 * 3_600_000;

/** `ending`: the pass that ends now. Groups that wait for the other accounts are left out. */
export function mergeGroups(
  groups: readonly StoredGroup[],
  ending: Pick<Pass, 'startedAt'> | null,
  context: DigestContext,
): MergedGroup[] {
  const due = groups.filter((group) => !isHeldBack(group, ending, context.scannedAt));
  const byNews = Map.groupBy(due, (group) => newsOf(group) ?? group.key);
  return [...byNews.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    return newsOf(first) === null ? same.map(toMerged) : [mergeSame(first, same, context)];
  });
}

/**
 * Weekly digests and reminders of all accounts are due in the first pass of a day. If that day began after the start of the ending pass,
 * some accounts were scanned before the day began, so their groups come with the next pass.
 */
function isHeldBack({ alerts, at }: StoredGroup, ending: Pick<Pass, 'startedAt'> | null, now: string): boolean {
  const kind = alerts[0]?.kind;
  if (kind !== 'all-is-well' && kind !== 'still-open') return false;
  if (Date.parse(now) - Date.parse(at) > longestHoldMs) return false;
  return ending === null || numberPeriod(ending.startedAt, 1) < numberPeriod(at, 1);
}

/** Equal for groups that are merged into one; `null`: the group is not merged. */
function newsOf({ alerts }: StoredGroup): string | null {
  const [alert] = alerts;
  if (alert === undefined || alerts.length > 1) return null;
  const { kind, severity, approval } = alert;
  if (kind === 'all-is-well') return kind;
  if (kind === 'still-open') return `${kind} ${severity}`;
  if (approval?.origin !== 'configuration') return null;
  return JSON.stringify([kind, approval.id, approval.reason, approval.until]);
}

function mergeSame(first: StoredGroup, same: readonly StoredGroup[], context: DigestContext): MergedGroup {
  const own = same.flatMap(({ account, accountName, alerts }) =>
    alerts.map((alert): AccountAlert => ({ ...alert, account, accountName })),
  );
  const merged = mergeAlerts(own, first, context);
  return { keys: same.map(({ key }) => key), alerts: merged === null ? own : [merged], likeness: '' };
}

function mergeAlerts(own: readonly AccountAlert[], { alerts, at }: StoredGroup, context: DigestContext): Alert | null {
  const [alert] = alerts;
  if (alert?.kind === 'all-is-well') return mergeWeeks(own, numberPeriod(at, 7), context);
  if (alert?.kind === 'still-open') return mergeReminders(own, alert.severity, numberPeriod(at, 1), context);
  return mergeApproval(own, context);
}

function toMerged({ key, account, accountName, alerts }: StoredGroup): MergedGroup {
  const likeness = alerts.map(({ kind, reason, opened, closed }) => JSON.stringify([kind, reason, opened, closed]));
  return { keys: [key], alerts: nameAccount(alerts, { account, accountName }), likeness: likeness.join() };
}
