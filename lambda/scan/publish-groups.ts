/**
 * Publishes the alerts of a scan; every alert of a scan passes through `publishGroups`. With several accounts, the alerts are written to
 * the outbox.
 */
import type { DigestContext } from '../alerts/build-digest.ts';
import type { DecidedAlert } from '../alerts/decide-alerts.ts';
import { planMessages } from '../alerts/plan-messages.ts';
import { toInstant } from '../history/instants.ts';
import type { AlertOutbox } from './interfaces.ts';
import type { Run } from './scan-run.ts';

/** Maximum number of concurrent writes to the outbox. `onPublished` runs after each set of writes. */
const putsAtOnce = 20;

/** `no-subscriber`: nothing was published, because no subscription is confirmed. `failed`: some groups were not published. */
type PublishOutcome = 'published' | 'no-subscriber' | 'failed';

interface Group {
  alerts: readonly DecidedAlert[];
}

/**
 * Publishes groups of alerts in the given order, in as few messages as possible. After each message, `onPublished` gets the groups whose
 * last alert was in this message. The first failure, of a message or of `onPublished`, ends the publishing. Never throws.
 *
 * A group counts as published when it is in the outbox, because the collector loses no group.
 */
export async function publishGroups<G extends Group>(
  groups: readonly G[],
  digest: DigestContext,
  onPublished: (done: readonly G[]) => Promise<void>,
  run: Run,
): Promise<PublishOutcome> {
  const { publisher, outbox, observe, newId, publishSignal } = run;
  if (groups.length === 0) return 'published';
  try {
    if (!(await publisher.hasConfirmedSubscriber())) {
      observe({ event: 'not-told', why: 'no-confirmed-subscriber' });
      return 'no-subscriber';
    }
    if (outbox !== null) {
      await putIntoOutbox(groups, outbox, onPublished, run);
      return 'published';
    }
    let done = 0;
    const alerts = groups.map((group) => group.alerts);
    for (const planned of planMessages(alerts, digest, newId())) {
      publishSignal.throwIfAborted();
      await publisher.publish(planned.message);
      observe({ event: 'told', alerts: planned.alertCount, subject: planned.message.subject });
      await onPublished(groups.slice(done, planned.groupsDone));
      done = planned.groupsDone;
    }
    return 'published';
  } catch (error) {
    observe({ event: 'not-told', why: 'publish-failed', error });
    return 'failed';
  }
}

/** Throws the first failure. */
async function putIntoOutbox<G extends Group>(
  groups: readonly G[],
  outbox: AlertOutbox,
  onPublished: (done: readonly G[]) => Promise<void>,
  { settings, clock, observe, publishSignal }: Run,
): Promise<void> {
  const { account, name: accountName } = settings;
  for (let done = 0; done < groups.length; done += putsAtOnce) {
    publishSignal.throwIfAborted();
    const next = groups.slice(done, done + putsAtOnce);
    const filled = next.map(({ alerts }) => alerts).filter(({ length }) => length > 0);
    const at = toInstant(clock());
    await Promise.all(filled.map((alerts) => outbox.putGroup({ account, accountName, at, alerts })));
    observe({ event: 'collected', groups: filled.length, alerts: filled.flat().length });
    await onPublished(next);
  }
}
