/** Step 1: what is known of the account, with what a dead scan committed and did not record made good. */
import { attempt } from './attempt.ts';
import type { CallState } from './call-roles.ts';
import { type CommitContext, recordPending } from './commit.ts';
import { type Head, subjectKey } from './head.ts';
import type { ScanObserver } from './roles.ts';

export interface LoadedHeads {
  /** By `subjectKey`. */
  heads: Map<string, Head>;
  /** Keys of items that can't be read; they are left alone. */
  refused: ReadonlySet<string>;
  /** How far calls were followed. */
  callState: CallState | null;
}

/** Throws where the table does not answer. */
export async function loadHeads(account: string, observe: ScanObserver, context: CommitContext): Promise<LoadedHeads> {
  const fleet = await context.store.loadFleet(account);
  for (const item of fleet.refused) observe({ event: 'item-refused', item });
  const heads = new Map<string, Head>();
  for (const head of fleet.heads) heads.set(subjectKey(head.subject), await finishPending(head, observe, context));
  return { heads, refused: new Set(fleet.refused.map(({ key }) => key)), callState: fleet.callState };
}

/** It comes before anything else is decided about that head. */
async function finishPending(head: Head, observe: ScanObserver, context: CommitContext): Promise<Head> {
  if (head.recorded >= head.version) return head;
  const step = `record what is pending of ${subjectKey(head.subject)}`;
  return (await attempt(observe, step, () => recordPending(head, context))) ?? head;
}
