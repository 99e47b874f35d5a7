import * as z from 'zod/mini';
import type { ApprovalMarks } from '../../approvals/account-approvals.ts';
import { approvalMarksKey } from '../../contract/table-keys.ts';
import { count, instant, instantOrNull, reachSchema, text, textOrNull } from './item-fields.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

const configuredSchema = z.object({
  id: text,
  origin: z.literal('configuration'),
  instance: textOrNull,
  region: textOrNull,
  account: textOrNull,
  arn: textOrNull,
  exposure: reachSchema,
  reason: text,
  by: text,
  from: instantOrNull,
  until: instantOrNull,
  revoked: z.null(),
});

const marksSchema = z.object({
  alerted: z.record(text, z.enum(['approved', 'ended', 'revoked'])),
  contents: z.record(text, text),
  configured: z.array(configuredSchema),
  removed: z.record(text, count),
  unreadable: z.array(text),
  remindedAt: z.object({ critical: z.nullable(instant), high: z.nullable(instant) }),
});

export function toApprovalMarksItem(account: string, marks: ApprovalMarks): Item {
  return { ...approvalMarksKey(account), schema: schemaVersion, ...marks };
}

export function fromApprovalMarksItem(item: Item): ApprovalMarks {
  return readItem(item, (fields) => marksSchema.safeParse(fields));
}
