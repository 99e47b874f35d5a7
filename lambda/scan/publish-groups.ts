/** The one loop that publishes alerts. */
import type { DigestContext } from '../alerts/build-digest.ts';
import { type PlannedMessage, planMessages } from '../alerts/plan-messages.ts';
import type { Alert } from '../contract/json-event.ts';
import type { Run } from './scan-run.ts';

/** `no-subscriber`: no subscription is confirmed, and nothing was published. `failed`: the remaining groups were not published. */
export type PublishOutcome = 'published' | 'no-subscriber' | 'failed';

/**
 * Publishes groups of alerts in their order, in as few messages as possible. `onPublished` runs after each message and gets the number of
 * groups that are done. The first failure, of a message or of `onPublished`, ends the loop. Throws nothing.
 */
export async function publishGroups(
  groups: readonly (readonly Alert[])[],
  digest: DigestContext,
  onPublished: (message: PlannedMessage) => Promise<void>,
  { publisher, observe, newId, publishSignal }: Run,
): Promise<PublishOutcome> {
  if (groups.length === 0) return 'published';
  try {
    if (!(await publisher.hasConfirmedSubscriber())) {
      observe({ event: 'not-told', why: 'no-confirmed-subscriber' });
      return 'no-subscriber';
    }
    for (const planned of planMessages(groups, digest, newId())) {
      publishSignal.throwIfAborted();
      await publisher.publish(planned.message);
      observe({ event: 'told', alerts: planned.alertCount, subject: planned.message.subject });
      await onPublished(planned);
    }
    return 'published';
  } catch (error) {
    observe({ event: 'not-told', why: 'publish-failed', error });
    return 'failed';
  }
}
