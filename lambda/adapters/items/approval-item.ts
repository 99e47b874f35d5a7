/** The two items of an approval that was made by command. Each is written once, and never changed. */
import * as z from 'zod/mini';
import { type Approval, approvalSchema, type Revocation, revocationSchema } from '../../approvals/approval.ts';
import { instant } from '../../contract/item-fields.ts';
import { approvalKey, revocationKey } from '../../contract/table-keys.ts';
import { canonicaliseReach } from '../../firewall/index.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

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
  return { ...approvalKey(account, approval.id), schema: schemaVersion, ...approval };
}

/** Throws ItemError, also for an item with another id than its key. */
export function fromApprovalItem(item: Item): Approval {
  const approval = readItem(item, (fields) =>
    madeSchema.check(z.refine(({ id }) => id === item['sk'], 'expected the id of the key')).safeParse(fields),
  );
  return { ...approval, origin: 'command', exposure: canonicaliseReach(approval.exposure), revoked: null };
}

export function toRevocationItem(account: string, id: string, revocation: Revocation): Item {
  return { ...revocationKey(account, id), schema: schemaVersion, ...revocation };
}

export function fromRevocationItem(item: Item): Revocation {
  return readItem(item, (fields) => revocationSchema.safeParse(fields));
}
