/** The item of an approval that was made by command. It is written once, and never changed. */
import * as z from 'zod/mini';
import { type Approval, approvalSchema } from '../../approvals/approval.ts';
import { instant } from '../../contract/item-fields.ts';
import { approvalKey } from '../../contract/table-keys.ts';
import { canonicaliseReach } from '../../firewall/index.ts';
import { type Item, readItem, toItem } from './read-item.ts';

const { exposure, ...limits } = z.omit(approvalSchema, { origin: true, revoked: true }).shape;
const madeSchema = z.object({
  ...limits,
  exposure: exposure.check(
    z.refine((reach) => reach.length > 0 && reach.every(({ from, to }) => from <= to && to <= 65_535)),
  ),
  from: instant,
});

/** An approval as the command line writes it: not revoked yet, with the instant at which it begins. */
export type MadeApproval = z.output<typeof madeSchema>;

/** `account`: the account of the deployment, for the partition key. The approval itself may have no account. */
export function toApprovalItem(account: string, approval: MadeApproval): Item {
  return toItem(approvalKey(account, approval.id), approval);
}

/** Throws ItemError, also for an item with another id than its key. */
export function fromApprovalItem(item: Item): Approval {
  const approval = readItem(
    item,
    madeSchema.check(z.refine(({ id }) => id === item['sk'], 'expected the id of the key')),
  );
  return { ...approval, origin: 'command', exposure: canonicaliseReach(approval.exposure), revoked: null };
}
