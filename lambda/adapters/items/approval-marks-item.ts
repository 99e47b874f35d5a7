import { type ApprovalMarks, approvalMarksSchema } from '../../approvals/account-approvals.ts';
import { approvalMarksKey } from '../../contract/table-keys.ts';
import { type Item, readItem, schemaVersion } from './read-item.ts';

export function toApprovalMarksItem(account: string, marks: ApprovalMarks): Item {
  return { ...approvalMarksKey(account), schema: schemaVersion, ...marks };
}

export function fromApprovalMarksItem(item: Item): ApprovalMarks {
  return readItem(item, (fields) => approvalMarksSchema.safeParse(fields));
}
