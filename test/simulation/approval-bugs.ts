/** Bugs about approvals: what is approved, for which time and instance, and which alerts are sent about them. */
import type { DeliberateBug } from './deliberate-bugs.ts';

export const approvalBugs: readonly DeliberateBug[] = [
  bug(
    'approves after the end of an approval',
    'approvals/approval.ts',
    "if (until !== null && !(now <= Date.parse(until))) return 'ended';",
    '',
    13,
  ),
  bug(
    'approves what was revoked',
    'approvals/approval.ts',
    "if (revoked !== null && !(now < Date.parse(revoked.at))) return 'revoked';",
    '',
    13,
  ),
  bug(
    'approves before an approval begins',
    'approvals/approval.ts',
    "return from === null || now >= Date.parse(from) ? 'in-force' : 'planned';",
    "return 'in-force';",
    13,
  ),
  bug(
    'approves a new instance by the approval of an earlier one of its name',
    'approvals/approval.ts',
    '(approval.arn === null || approval.arn === arn) &&',
    '',
    73,
  ),
  bug(
    'silences a change as soon as a part of it is approved',
    'approvals/rate-unapproved.ts',
    'const isSilent = hasParts && unapproved.opened.length + unapproved.closed.length === 0;',
    'const isSilent = hasParts;',
    50,
  ),
  bug(
    'silences the closing of what is approved, whatever is configured',
    'approvals/rate-unapproved.ts',
    'closed: alertClosings ? [...closed] : subtractApproved(closed, approvals),',
    'closed: subtractApproved(closed, approvals),',
    158,
  ),
  bug(
    'takes approvals that it could not read for none',
    'scan/load-approvals.ts',
    'isComplete: false, unreadable: null };',
    'isComplete: true, unreadable: [] };',
    10,
  ),
  bug(
    'keeps nothing of what it alerted about approvals',
    'scan/publish-approval-news.ts',
    '    await run.store.saveApprovalMarks(account, marks);\n  };',
    '  };',
    9,
  ),
  bug(
    'alerts no end of an approval',
    'approvals/list-approval-news.ts',
    "...(phase === 'ended' ?",
    "...(phase === 'ended' && known === undefined ?",
    13,
  ),
  bug(
    'names as still open what the approval never covered',
    'scan/list-unapproved.ts',
    'return { reach: intersectReach(reach, approval.exposure), dormant, notes };',
    'return { reach: approval.exposure.length > 0 ? reach : intersectReach(reach, approval.exposure), dormant, notes };',
    13,
  ),
];

function bug(name: string, file: string, find: string, replace: string, fromSeed = 1): DeliberateBug {
  return { name, fromSeed, promise: 'approvals', patches: [{ file: `lambda/${file}`, find, replace }] };
}
