/**
 * Stores attributions of recorded entries. If the alert of an entry was already sent, and the attribution adds something to this alert, the
 * attribution is also published. The message is published before the attribution is stored. After a crash between the two, the message is
 * sent again, with the same `alertId`.
 *
 * If the alert of the entry was not sent yet, this alert will contain the attribution. While no subscription is confirmed, the attribution
 * is stored without a message, because the history must be complete. If publishing fails, the next attribution pass tries again.
 */

import type { DigestContext } from '../alerts/build-digest.ts';
import type { Alert } from '../contract/json-event.ts';
import { resourceKey } from '../history/resource-key.ts';
import type { FoundAttribution } from './decide/decide-attribution.ts';
import { decideAttributionAlert } from './decide/decide-attribution-alert.ts';
import { waitForCallsMs } from './decide/decide-lookup.ts';
import { publishGroups } from './publish-groups.ts';
import { attempt, type Run } from './scan-run.ts';

interface PublishedAttributions {
  alerts: number;
  /** Attributions that this scan or another scan stored. */
  stored: FoundAttribution[];
  /** Number of attributions that this scan stored. */
  newlyStored: number;
}

/** Calls are looked up for a limited time after a change. In the last hour, an attribution is stored even if it cannot be published. */
const lastChanceMs = waitForCallsMs - 60 * 60_000;

/** Never throws: the next scan finds an attribution again that was not stored. */
export async function publishAttributions(
  found: readonly FoundAttribution[],
  digest: DigestContext,
  run: Run,
): Promise<PublishedAttributions> {
  const result: PublishedAttributions = { alerts: 0, stored: [], newlyStored: 0 };
  const silent: FoundAttribution[] = [];
  const waiting: { one: FoundAttribution; alerts: [Alert] }[] = [];
  for (const one of found) {
    if (!(await isNew(one, result, run))) continue;
    const alert = decideAttributionAlert(one, run);
    if (alert === null) silent.push(one);
    else waiting.push({ one, alerts: [alert] });
  }
  await storeAll(silent, result, run);
  const onPublished = (published: readonly { one: FoundAttribution }[]) => {
    result.alerts += published.length;
    return storeAll(onesOf(published), result, run);
  };
  const outcome = await publishGroups(waiting, digest, onPublished, run);
  const left = onesOf(waiting.slice(result.alerts));
  const now = run.clock();
  const isLastChance = ({ entry }: FoundAttribution) => now - Date.parse(entry.at) > lastChanceMs;
  await storeAll(outcome === 'no-subscriber' ? left : left.filter(isLastChance), result, run);
  return result;
}

const onesOf = (waiting: readonly { one: FoundAttribution }[]) => waiting.map(({ one }) => one);

/**
 * False if another scan stored an attribution after this scan loaded the history, or if the stored attribution cannot be read. In the first
 * case, `one` is also added to `result.stored`.
 */
async function isNew(one: FoundAttribution, result: PublishedAttributions, run: Run): Promise<boolean> {
  const { resource, at } = one.entry;
  const step = `load the attribution of ${resourceKey(resource)} at ${at}`;
  const stored = await attempt(run, step, () => run.store.loadAttribution(resource, at));
  if (stored === undefined) return false;
  const isNewer = stored !== null && stored.foundAt !== one.entry.changedBy?.foundAt;
  if (isNewer) result.stored.push(one);
  return !isNewer;
}

async function storeAll(found: readonly FoundAttribution[], result: PublishedAttributions, run: Run): Promise<void> {
  for (const one of found) {
    const { entry, attribution } = one;
    const { resource, at } = entry;
    const step = `store the attribution of ${resourceKey(resource)} at ${at}`;
    const isStored = await attempt(run, step, () =>
      run.store.putAttribution(resource, at, attribution, entry.changedBy ?? null),
    );
    if (isStored === undefined) continue;
    result.stored.push(one);
    if (!isStored) continue;
    result.newlyStored += 1;
    run.observe({ event: 'attributed', resource, at, attribution });
  }
}
