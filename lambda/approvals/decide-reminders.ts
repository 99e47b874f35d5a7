/** Decides when open and unapproved exposure is reminded of: each severity once in its interval, however many instances are open. Pure. */
import type { AccountApprovals, ApprovalMarks } from './account-approvals.ts';
import { periodOf } from './period-of.ts';

export type RemindedSeverity = 'critical' | 'high';

export interface ReminderSettings {
  reminders: 'auto' | 'on' | 'off';
  remindCriticalEveryDays: number;
  remindHighEveryDays: number;
  scanEveryMinutes: number;
}

const dayMs = 86_400_000;

/** `begin`: from now on there are reminders, the first one after an interval. `due`: a reminder is due. */
export interface Reminders {
  begin: RemindedSeverity[];
  due: RemindedSeverity[];
}

/** True once anything was approved in the account, whatever became of it. */
export function wasEverApproved(
  { approvals }: Pick<AccountApprovals, 'approvals'>,
  { alerted, removed }: Pick<ApprovalMarks, 'alerted' | 'removed'>,
): boolean {
  return approvals.length + Object.keys(alerted).length + Object.keys(removed).length > 0;
}

/** `at`: the start of the scan. `isAligned`: with several accounts, so that the reminders of all of them are due in the same pass. */
export function decideReminders(
  account: AccountApprovals,
  marks: ApprovalMarks,
  settings: ReminderSettings,
  at: string,
  isAligned: boolean,
): Reminders {
  const { remindedAt } = marks;
  const isOn = settings.reminders === 'on' || (settings.reminders === 'auto' && wasEverApproved(account, marks));
  const reminders: Reminders = { begin: [], due: [] };
  for (const severity of isOn ? (['critical', 'high'] as const) : []) {
    const last = remindedAt[severity];
    const sinceMs = Date.parse(at) - Date.parse(last ?? '');
    const days = severity === 'critical' ? settings.remindCriticalEveryDays : settings.remindHighEveryDays;
    // Half a scan early: a scan that starts some seconds too soon must not put off the reminder to the next scan.
    const intervalMs = days * dayMs - settings.scanEveryMinutes * 30_000;
    // An instant that is more than a day ahead comes from a wrong clock.
    if (last === null || !(sinceMs > -dayMs)) reminders.begin.push(severity);
    else if (isAligned ? periodOf(at, days) > periodOf(last, days) : sinceMs >= intervalMs)
      reminders.due.push(severity);
  }
  return reminders;
}
