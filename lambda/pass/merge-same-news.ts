/** Names the account on each alert of the outbox, and merges the same news about several accounts into one alert. Pure. */
import { nameAccount } from '../alerts/account-of-alert.ts';
import type { DigestContext } from '../alerts/build-digest.ts';
import { type AccountAlert, mergeApproval, mergeReminders, mergeWeeks } from '../alerts/build-merged-alerts.ts';
import type { DecidedAlert } from '../alerts/decide-alerts.ts';
import { numberPeriod } from '../approvals/number-period.ts';
import type { Alert } from '../contract/json-event.ts';
import { newsOf } from './decide-same-news.ts';
import { isHeldBack } from './hold-back-group.ts';
import type { Pass, StoredGroup } from './interfaces.ts';

export interface MergedGroup {
  /** The groups of the outbox that are deleted when this group is published. */
  keys: string[];
  alerts: DecidedAlert[];
  /** A sort key: groups about the same change in several accounts have an equal `likeness`. Empty for merged groups. */
  likeness: string;
}

/** `ending`: the pass that ends in this run; `null`: no pass ends. The groups that `isHeldBack` keeps in the outbox are left out. */
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
