/** Step 1 of a scan: loads the approvals of the account, from the configuration and from the table. */
import type { AccountApprovals } from '../approvals/account-approvals.ts';
import { configuredApprovals } from '../approvals/configured-approvals.ts';
import type { Run } from './scan-run.ts';

/** Never throws: approvals that cannot be read approve nothing. With `approvalsByCommand: false` the table is not read. */
export async function loadApprovals({ settings, store, observe }: Run): Promise<AccountApprovals> {
  const configured = configuredApprovals(settings.approved);
  if (!settings.approvalsByCommand) return { approvals: configured, isComplete: true, unreadable: [] };
  try {
    const { approvals, refused } = await store.loadApprovals(settings.account);
    for (const item of refused) observe({ event: 'item-refused', item });
    return { approvals: [...configured, ...approvals], isComplete: refused.length === 0, unreadable: refused };
  } catch (error) {
    observe({ event: 'approvals-not-loaded', error });
    return { approvals: configured, isComplete: false, unreadable: null };
  }
}
