import { expect, test } from '@jest/globals';
import { type ApprovalMarks, noMarks } from '../../lambda/approvals/account-approvals.ts';
import { decideReminders, type ReminderSettings } from '../../lambda/approvals/decide-reminders.ts';
import { approvalOf } from './approval-of.ts';

const at = '2026-11-23T10:00:00.000Z';
const auto: ReminderSettings = {
  reminders: 'auto',
  remindCriticalEveryDays: 1,
  remindHighEveryDays: 7,
  scanEveryMinutes: 10,
};
const none = { approvals: [], isComplete: true, unreadable: [] };
const some = { ...none, approvals: [approvalOf()] };
const since = (critical: string | null, high: string | null): ApprovalMarks => ({
  ...noMarks,
  remindedAt: { critical, high },
});
const both = { begin: ['critical', 'high'], due: [] };
const nothing = { begin: [], due: [] };

test.each<[string, typeof none | typeof some, ApprovalMarks, Partial<ReminderSettings>, object]>([
  ['nothing was ever approved', none, noMarks, {}, nothing],
  [
    'nothing was ever approved, and the last reminder is long ago',
    none,
    since('2026-01-01T00:00:00.000Z', null),
    {},
    nothing,
  ],
  ['nothing was ever approved, but reminders are on', none, noMarks, { reminders: 'on' }, both],
  ['something is approved', some, noMarks, {}, both],
  ['something is approved, but reminders are off', some, noMarks, { reminders: 'off' }, nothing],
  ['something was approved once', none, { ...noMarks, alerted: { a: 'revoked' } }, {}, both],
  ['something was in the configuration once', none, { ...noMarks, removed: { c: 1 } }, {}, both],
  [
    'the last ones are an interval ago',
    some,
    since('2026-11-22T10:00:00.000Z', '2026-11-16T10:00:00.000Z'),
    {},
    { begin: [], due: ['critical', 'high'] },
  ],
  [
    'the last ones are just less than an interval ago',
    some,
    since('2026-11-22T10:05:00.001Z', '2026-11-16T10:05:00.001Z'),
    {},
    nothing,
  ],
  [
    'the scan starts half an interval between scans early',
    some,
    since('2026-11-22T10:05:00.000Z', at),
    {},
    { begin: [], due: ['critical'] },
  ],
  [
    'other intervals are configured',
    some,
    since('2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.000Z'),
    { remindCriticalEveryDays: 4, remindHighEveryDays: 3 },
    { begin: [], due: ['high'] },
  ],
  [
    'the last one is of a clock that was wrong by years',
    some,
    since('2031-01-01T00:00:00.000Z', at),
    {},
    { begin: ['critical'], due: [] },
  ],
])('%s', (_, account, marks, settings, reminders) => {
  expect(decideReminders(account, marks, { ...auto, ...settings }, at)).toEqual(reminders);
});
