import { renderPlain } from '../../lambda/alerts/escape.ts';
import { CommandError } from '../command-error.ts';
import { listSome } from '../text/list-some.ts';
import type { KnownApprovals } from './load-approvals.ts';

export function refuseUnreadableApprovals({ refused }: Pick<KnownApprovals, 'refused'>): void {
  const [first] = refused;
  if (first === undefined) return;
  const names = refused.map(({ key }) => renderPlain(key, 80));
  throw new CommandError(
    `Approvals that this version of Portwatch cannot read approve nothing: ${listSome(names, 3)} (${renderPlain(first.problem, 300)}).`,
  );
}
