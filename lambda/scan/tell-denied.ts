/** Says once of each region that its calls must not be looked up; and again only after it could be in between. */
import { buildAttributionDeniedAlert } from '../alerts/attribution-denied-alert.ts';
import type { DigestContext } from '../alerts/digest.ts';
import { planMessages } from '../alerts/plan-messages.ts';
import type { LookedAt } from './look-up-region.ts';
import type { TellDeps } from './publish-alerts.ts';

export interface ToldDenied {
  /** Published. */
  alerts: number;
  /** Regions of which people know by now. */
  toldDenied: string[];
}

/** `doneUntil`: by region, up to when calls could be looked up. Throws nothing: what is not said waits for the next pass. */
export async function tellDenied(
  looked: readonly LookedAt[],
  told: { before: readonly string[]; doneUntil: Readonly<Record<string, string>> },
  context: DigestContext,
  { publisher, observe, newId, signal }: TellDeps,
): Promise<ToldDenied> {
  const denied = looked.filter(({ isDenied }) => isDenied).map(({ region }) => region);
  // A region that failed otherwise is known to be neither.
  const isOver = new Set(looked.filter(({ calls }) => calls !== null).map(({ region }) => region));
  const known = told.before.filter((region) => !isOver.has(region));
  const fresh = denied.filter((region) => !known.includes(region));
  if (fresh.length === 0) return { alerts: 0, toldDenied: known };
  try {
    if (!(await publisher.hasConfirmedSubscriber())) {
      observe({ event: 'not-told', why: 'no-confirmed-subscriber' });
      return { alerts: 0, toldDenied: known };
    }
    const groups = fresh.map((region) => {
      const denial = { region, doneUntil: told.doneUntil[region] ?? null, at: context.scannedAt };
      return [buildAttributionDeniedAlert(denial, context)];
    });
    for (const { message, alertCount } of planMessages(groups, context, newId())) {
      signal.throwIfAborted();
      await publisher.publish(message);
      observe({ event: 'told', alerts: alertCount, subject: message.subject });
    }
    return { alerts: fresh.length, toldDenied: [...known, ...fresh].sort() };
  } catch (error) {
    observe({ event: 'not-told', why: 'publish-failed', error });
    return { alerts: 0, toldDenied: known };
  }
}
