import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { type Approval, phaseOf } from '../../../lambda/approvals/approval.ts';
import { allApprovals, type KnownApprovals } from '../../aws/load-approvals.ts';
import { CommandError } from '../../command-error.ts';
import { suggestName } from '../../text/suggest-name.ts';
import type { RenderTime } from '../../time/render-time.ts';

/** Returns the approval with this id. Throws CommandError if the approval does not exist, or cannot be revoked. */
export function requireRevocable(id: string, known: KnownApprovals, at: string, renderTime: RenderTime): Approval {
  const all = allApprovals(known);
  const approval = all.find((one) => one.id === id);
  if (approval === undefined) {
    if (known.refused.some(({ key }) => key === id))
      throw new CommandError(
        `This version of Portwatch cannot read the approval ${id}, so it approves nothing. Nothing was revoked.`,
      );
    const ids = all.map((one) => one.id);
    const hint = suggestName(id, ids, 'npm run portwatch -- approvals lists them.');
    throw new CommandError(`There is no approval ${id}; ${hint} Nothing was revoked.`);
  }
  if (approval.origin === 'configuration')
    throw new CommandError(
      `${id} is an approval of the configuration; take the element with the reason "${renderPlain(approval.reason)}" out of "approved" in portwatch.json, and deploy. Nothing was revoked.`,
    );
  const { revoked, until } = approval;
  if (revoked !== null)
    throw new CommandError(
      `${id} was revoked already, by ${renderPlain(revoked.by)} on ${renderTime(revoked.at)}. Nothing was revoked.`,
    );
  if (phaseOf(approval, at) === 'ended')
    throw new CommandError(`${id} ended on ${renderTime(until ?? '')}. Nothing was revoked.`);
  return approval;
}
