/**
 * Step 5 of a scan, for approvals: publishes that approvals were made, ended or revoked. Also publishes reminders of open and unapproved
 * exposure.
 *
 * Messages are published before the marks are saved. After a crash between the two, the message is sent again, with the same `alertId`. The
 * marks (what was already published about each approval) are a separate item, because a scan never writes approvals.
 */
import {
  buildApprovalOverAlert,
  buildApprovalUnreadableAlert,
  buildApprovedAlert,
  buildStillOpenAlert,
} from '../alerts/approval-alerts.ts';
import type { DigestContext } from '../alerts/build-digest.ts';
import type { ApprovalMarks } from '../approvals/account-approvals.ts';
import { decideReminders, type RemindedSeverity } from '../approvals/decide-reminders.ts';
import { type ApprovalNews, listApprovalNews } from '../approvals/list-approval-news.ts';
import type { Alert } from '../contract/json-event.ts';
import { approvalMarksKey } from '../contract/table-keys.ts';
import { listUnapproved, listUncovered, type OpenContext } from './list-unapproved.ts';
import { publishGroups } from './publish-groups.ts';
import { attempt, type Fleet, type Run } from './scan-run.ts';

interface Item {
  /** `null`: nothing is published, and only the marks of the approvals change. */
  alert: Alert | null;
  mark: ApprovalNews['mark'];
}

/** Returns the number of published alerts. Never throws: the next scan tries again. */
export async function publishApprovalNews(digest: DigestContext, fleet: Fleet, run: Run): Promise<number> {
  const { account } = run.settings;
  // With unreadable marks, every scan would send every alert again.
  if (fleet.refused.has(approvalMarksKey(account).sk)) return 0;
  const news = listItems(digest, fleet, run);
  const silent = news.filter(({ alert }) => alert === null);
  const alerts = news.flatMap(({ alert, mark }) => (alert === null ? [] : [{ alerts: [alert], mark }]));
  let marks = silent.reduce((before, { mark }) => mark(before), fleet.approvalMarks);
  if (silent.length > 0)
    await attempt(run, 'save the marks of approvals', () => run.store.saveApprovalMarks(account, marks));
  let done = 0;
  const onPublished = async (published: readonly { mark: ApprovalNews['mark'] }[]) => {
    marks = published.reduce((before, { mark }) => mark(before), marks);
    done += published.length;
    await run.store.saveApprovalMarks(account, marks);
  };
  await publishGroups(alerts, digest, onPublished, run);
  return done;
}

function listItems(digest: DigestContext, { approvals, approvalMarks: marks, states }: Fleet, run: Run): Item[] {
  const at = run.startedAt;
  const context: OpenContext = { approvals: approvals.approvals, settings: run.settings, at };
  const all = [...states.values()];
  const items = listApprovalNews(approvals, marks, at).map((news): Item => {
    const { kind, mark } = news;
    switch (kind) {
      case 'silent':
        return { alert: null, mark };
      case 'approved':
        return { alert: buildApprovedAlert(news.approval, marks, digest), mark };
      case 'approval-unreadable':
        return { alert: buildApprovalUnreadableAlert(news.unreadable, digest), mark };
      default: {
        const open = listUncovered(all, news.approval, context);
        return { alert: buildApprovalOverAlert(kind, news.approval, open, marks, digest), mark };
      }
    }
  });
  // No reminders without the approvals of the table, because it is not known what is unapproved.
  return approvals.unreadable === null
    ? items
    : [...items, ...listReminders(marks, digest, context, approvals, all, run.outbox !== null)];
}

function listReminders(
  marks: ApprovalMarks,
  digest: DigestContext,
  context: OpenContext,
  approvals: Fleet['approvals'],
  states: Parameters<typeof listUnapproved>[0],
  isAligned: boolean,
): Item[] {
  const { begin, due } = decideReminders(approvals, marks, context.settings, context.at, isAligned);
  const remind = (severity: RemindedSeverity) => (old: ApprovalMarks) => {
    return { ...old, remindedAt: { ...old.remindedAt, [severity]: context.at } };
  };
  const open = due.length === 0 ? [] : listUnapproved(states, context);
  return [
    ...begin.map((severity): Item => ({ alert: null, mark: remind(severity) })),
    ...due.map((severity): Item => {
      const ofSeverity = open.filter((one) => one.severity === severity);
      const { remindedAt } = marks;
      const alert =
        ofSeverity.length === 0 ? null : buildStillOpenAlert(severity, ofSeverity, remindedAt[severity], digest);
      return { alert, mark: remind(severity) };
    }),
  ];
}
