/**
 * Publishes the groups of the outbox, worst severity first. A group is deleted only after SNS has accepted its message. If the run crashes
 * before it deletes the group, the next run sends the group again, with the same `alertId`. The first failure ends the run; the next run
 * publishes the remaining groups.
 */
import { planMessages } from '../alerts/plan-messages.ts';
import { severities } from '../firewall/index.ts';
import { compareText } from '../history/compare-text.ts';
import { toInstant } from '../history/instants.ts';
import { buildDigestContext } from '../scan/digest-context.ts';
import type { AlertPublisher } from '../scan/interfaces.ts';
import type { CollectScope } from './decide-collector-run.ts';
import type { OutboxStore, Pass } from './interfaces.ts';
import { type MergedGroup, mergeGroups } from './merge-same-news.ts';
import { coverageOf, type PassProgress } from './pass-progress.ts';
import type { RegistrySetup } from './update-registry.ts';

export interface PublishSetup extends Omit<RegistrySetup, 'accounts' | 'outbox' | 'publisher'> {
  outbox: OutboxStore;
  publisher: AlertPublisher;
  newId: () => string;
}

export interface PublishedCount {
  /** Number of published messages. */
  published: number;
  alerts: number;
}

/** How long before the deadline the collector stops publishing, so that the run can end in time. */
const reserveMs = 3_000;
/** Limits the memory of a run. */
const groupsAtOnce = 2_000;

/**
 * Returns false if some groups were not published. Adds the published messages and alerts to `report`. `ending`: the pass that ends in this
 * run; `null`: no pass ends. Never throws.
 */
export async function publishOutbox(
  scope: CollectScope,
  ending: Pass | null,
  progress: PassProgress,
  report: PublishedCount,
  deadlineAt: number,
  setup: PublishSetup,
): Promise<boolean> {
  const { outbox, publisher, observe, clock, newId } = setup;
  const { settings, tableName, homeRegion: tableRegion } = setup;
  const place = { settings, tableName, tableRegion, startedAt: toInstant(clock()) };
  const digest = buildDigestContext(place, coverageOf(progress));
  const digestId = newId();
  try {
    for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
      const loaded = await outbox.loadGroups(after, groupsAtOnce, scope === 'critical');
      for (const item of loaded.refused) observe({ event: 'item-refused', item });
      const merged = mergeGroups(loaded.groups, ending, digest);
      const groups = merged.sort(compareGroups);
      if (groups.length > 0 && !(await publisher.hasConfirmedSubscriber())) {
        observe({ event: 'not-told', why: 'no-confirmed-subscriber' });
        return false;
      }
      let done = 0;
      const more = report.alerts + (loaded.nextAfter === null ? 0 : groupsAtOnce);
      for (const planned of planMessages(
        groups.map(({ alerts }) => alerts),
        digest,
        digestId,
        more,
      )) {
        if (clock() > deadlineAt - reserveMs) throw new Error('the collector ran out of time');
        await publisher.publish(planned.message);
        report.published += 1;
        report.alerts += planned.alertCount;
        observe({ event: 'told', alerts: planned.alertCount, subject: planned.message.subject });
        for (const { keys } of groups.slice(done, planned.groupsDone))
          await Promise.all(keys.map((key) => outbox.deleteGroup(key)));
        done = planned.groupsDone;
      }
      after = loaded.nextAfter;
    }
    return true;
  } catch (error) {
    observe({ event: 'not-told', why: 'publish-failed', error });
    return false;
  }
}

/**
 * Worst severity first. Groups about the same change in several accounts are adjacent, so that they come in one message if there is room.
 */
function compareGroups(a: MergedGroup, b: MergedGroup): number {
  const rank = ({ alerts }: MergedGroup) => Math.min(...alerts.map(({ severity }) => severities.indexOf(severity)));
  return rank(a) - rank(b) || compareText(a.likeness, b.likeness) || compareText(a.keys[0] ?? '', b.keys[0] ?? '');
}
