/** Names the account on each alert of the outbox, and merges what is one piece of news about all accounts. Pure. */
import { nameAccount } from '../alerts/alert-account.ts';
import type { DigestContext } from '../alerts/build-digest.ts';
import type { DecidedAlert } from '../alerts/decide-alerts.ts';
import type { Pass, StoredGroup } from '../scan/interfaces.ts';

/** `keys`: the groups of the outbox that leave it when this one is published. */
export interface MergedGroup {
  keys: string[];
  alerts: DecidedAlert[];
  /** Equal for the same change in several accounts. */
  likeness: string;
}

export function mergeGroups(
  groups: readonly StoredGroup[],
  _ending: Pass | null,
  _context: DigestContext,
): MergedGroup[] {
  return groups.map(({ key, account, accountName, alerts }) => {
    const likeness = alerts.map(({ kind, reason, opened, closed }) => JSON.stringify([kind, reason, opened, closed]));
    return { keys: [key], alerts: nameAccount(alerts, { account, accountName }), likeness: likeness.join() };
  });
}
