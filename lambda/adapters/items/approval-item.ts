/** Reads and writes the item of an approval that was made by command. The item is never rewritten. */
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

/** An approval as a command of Portwatch stores it. The stored approval has a start (`from`). Its revocation is a separate item. */
export type MadeApproval = z.output<typeof madeSchema>;

/** `account`: the id of the monitor account, which is in the partition key. */
export function toApprovalItem(account: string, approval: MadeApproval): Item {
  return toItem(approvalKey(account, approval.id), approval);
}

/** Throws ItemError, also if the id differs from the sort key. */
export function fromApprovalItem(item: Item): Approval {
  const approval = readItem(
    item,
    madeSchema.check(z.refine(({ id }) => id === item['sk'], 'expected the id of the key')),
  );
  return { ...approval, origin: 'command', exposure: canonicaliseReach(approval.exposure), revoked: null };
}
