/**
 * Decides when reminders of open and unapproved exposure are due: each severity once in its interval, however many instances are open.
 * Pure.
 */
import type { AccountApprovals, ApprovalMarks } from './account-approvals.ts';
import { numberPeriod } from './number-period.ts';

export type RemindedSeverity = 'critical' | 'high';

export interface ReminderSettings {
  reminders: 'auto' | 'on' | 'off';
  remindCriticalEveryDays: number;
  remindHighEveryDays: number;
  scanEveryMinutes: number;
}

const dayMs = 86_400_000;

/**
 * `begin`: reminders start now, and the first one is due one interval (or one period, see `isAligned`) later. `due`: a reminder is due now.
 */
interface Reminders {
  begin: RemindedSeverity[];
  due: RemindedSeverity[];
}

/** True if anything was ever approved in the account, also if the approval has ended. */
export function wasEverApproved(
  { approvals }: Pick<AccountApprovals, 'approvals'>,
  { alerted, removed }: Pick<ApprovalMarks, 'alerted' | 'removed'>,
): boolean {
  return approvals.length + Object.keys(alerted).length + Object.keys(removed).length > 0;
}

/**
 * `at`: the start of the scan. `isAligned`: true with several accounts. Then a reminder is due in the first pass of each period, for all
 * accounts together.
 */
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
    // A reminder is due half a scan interval early. If a scan starts some seconds too soon, the reminder then does not wait for the next
    // scan.
    const intervalMs = days * dayMs - settings.scanEveryMinutes * 30_000;
    // If `last` is more than a day ahead, a clock was wrong: reminders begin again.
    if (last === null || !(sinceMs > -dayMs)) reminders.begin.push(severity);
    else if (isAligned ? numberPeriod(at, days) > numberPeriod(last, days) : sinceMs >= intervalMs)
      reminders.due.push(severity);
  }
  return reminders;
}
