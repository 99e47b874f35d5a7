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
  expect(decideReminders(account, marks, { ...auto, ...settings }, at, false)).toEqual(reminders);
});

const on: ReminderSettings = {
  ...{ reminders: 'on', remindCriticalEveryDays: 1, remindHighEveryDays: 7, scanEveryMinutes: 5 },
};

// 23 November 2026 is a Monday.
test.each([
  ['on the next day, however soon', '2026-11-24T23:59:00.000Z', '2026-11-25T00:01:00.000Z', ['critical']],
  ['not on the same day', '2026-11-25T00:01:00.000Z', '2026-11-25T23:59:59.000Z', []],
  ['on Monday, those of the week too', '2026-11-22T23:59:00.000Z', '2026-11-23T00:00:00.000Z', ['critical', 'high']],
])('with several accounts a reminder is due %s, in the same pass for all', (_, last, at, due) => {
  const marks = { ...noMarks, remindedAt: { critical: last, high: last } };
  expect(decideReminders(none, marks, on, at, true)).toEqual({ begin: [], due });
});
