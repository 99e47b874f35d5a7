import { alertIdOf } from '../../../lambda/alerts/alert-id.ts';
import { rulesBeforeAt } from '../../../lambda/history/complete-entry.ts';
import type { HistoryEntry, Resource } from '../../../lambda/history/entry.ts';
import { loadState } from '../../aws/load-state.ts';
import type { AccountRecords } from '../../aws/open-deployment.ts';
import { refuseUnknownInstance } from '../../aws/refuse-unknown-instance.ts';
import { CommandError } from '../../command-error.ts';
import type { RatedBy } from '../../questions/choose-rating-settings.ts';
import type { StateAt } from '../../questions/state-at.ts';
import type { Clock } from '../../time/clock.ts';
import { type Aim, decideAimAt, decideAimBefore } from './decide-firewall-to-restore.ts';

export interface AimOptions {
  /** The instant of the firewall to restore, in ISO format; `null`: restore the firewall before a change. */
  to: string | null;
  /** The `alertId` of the change to undo; `undefined`: the last change. Ignored if `to` is given. */
  beforeAlert?: string | undefined;
}

interface KnownHistory {
  present: StateAt;
  ratedBy: RatedBy;
  aim: Aim;
}

/** Throws CommandError if the history does not certainly know the firewall to restore, or has no change to undo. */
export async function loadAim(
  records: AccountRecords,
  resource: Resource,
  { to, beforeAlert }: AimOptions,
  clock: Clock,
): Promise<KnownHistory> {
  const { reader } = records;
  const { renderTime } = clock;
  const { state: present, ratedBy } = await loadState(records, resource, new Date(clock.now).toISOString());
  const loadAimBefore = async (change: HistoryEntry) => {
    const at = rulesBeforeAt(change);
    return decideAimBefore(change, at === null ? null : await reader.loadEntry(resource, at), renderTime);
  };
  if (to !== null) {
    const loaded = await loadState(records, resource, to);
    refuseUnknownInstance(loaded, renderTime);
    return { present, ratedBy, aim: decideAimAt(loaded.state, renderTime) };
  }
  if (beforeAlert !== undefined) {
    for await (const page of reader.readEntries(resource, { from: null, until: null })) {
      const change = page.find((entry) => alertIdOf(entry) === beforeAlert);
      if (change !== undefined) return { present, ratedBy, aim: await loadAimBefore(change) };
    }
    throw new CommandError(
      `No record of ${resource.instanceName} has the alert ${beforeAlert}, or it has expired; expected the alertId of an alert about this instance, or --to with a time.`,
    );
  }
  const { snapshot, status } = present;
  if (snapshot?.kind !== 'changed') {
    const why = status === 'gone' ? 'the instance is gone' : 'its last firewall is the first that was read';
    throw new CommandError(
      `The history has no change of ${resource.instanceName} that could be undone: ${why}; expected --to with a time.`,
    );
  }
  return { present, ratedBy, aim: await loadAimBefore(snapshot) };
}
