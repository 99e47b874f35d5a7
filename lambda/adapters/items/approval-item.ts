/** The two items of an approval that was made by command. Each is written once, and never changed. */
import * as z from 'zod/mini';
import type { Approval, Revocation } from '../../approvals/approval.ts';
import { approvalKey, revocationKey } from '../../contract/table-keys.ts';
import { canonicaliseReach } from '../../firewall/index.ts';
import { instant, instantOrNull, reachSchema, text, textOrNull } from './item-fields.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

/** An approval as the command line writes it: not revoked yet, with the instant at which it begins. */
export type MadeApproval = Omit<Approval, 'origin' | 'from' | 'revoked'> & { from: string };

const portsSchema = reachSchema.check(
  z.refine((reach) => reach.length > 0 && reach.every(({ from, to }) => from <= to && to <= 65_535)),
);

const approvalSchema = z.object({
  id: text,
  instance: textOrNull,
  region: textOrNull,
  account: textOrNull,
  arn: textOrNull,
  exposure: portsSchema,
  reason: text,
  by: text,
  from: instant,
  until: instantOrNull,
});

const revocationSchema = z.object({ at: instant, by: text, reason: textOrNull });

/** `account`: the account of the deployment, for the partition key. The approval itself may have no account. */
export function toApprovalItem(account: string, approval: MadeApproval): Item {
  return { ...approvalKey(account, approval.id), schema: schemaVersion, ...approval };
}

/** Throws ItemError, also for an item with another id than its key. */
export function fromApprovalItem(item: Item): Approval {
  const approval = readItem(item, (fields) =>
    approvalSchema.check(z.refine(({ id }) => id === item['sk'], 'expected the id of the key')).safeParse(fields),
  );
  return { ...approval, origin: 'command', exposure: canonicaliseReach(approval.exposure), revoked: null };
}

export function toRevocationItem(account: string, id: string, revocation: Revocation): Item {
  return { ...revocationKey(account, id), schema: schemaVersion, ...revocation };
}

export function fromRevocationItem(item: Item): Revocation {
  return readItem(item, (fields) => revocationSchema.safeParse(fields));
}
