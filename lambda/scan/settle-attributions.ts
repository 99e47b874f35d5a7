/**
 * Puts beside entries who made them, and says so to whom was told of the change without it: published first, put then, so that a crash
 * in between says it twice, with the same `alertId`, and never leaves it unsaid.
 *
 * Where nobody listens it is put all the same: the history is evidence, and there is nobody to be told. An entry that is not told yet
 * is told with it. Where publishing fails it waits for the next time, until the change is about to be waited for no longer.
 */
import { buildAttributedAlert } from '../alerts/attributed-alert.ts';
import { isSent } from '../alerts/decide-alerts.ts';
import type { DigestContext } from '../alerts/digest.ts';
import { planMessages } from '../alerts/plan-messages.ts';
import type { Alert } from '../contract/json-event.ts';
import type { Attribution } from '../history/attribution.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { attempt } from './attempt.ts';
import { waitForCallsMs } from './decide/decide-lookup.ts';
import { type LatestState, resourceKey } from './latest-state.ts';
import type { TellDeps } from './publish-alerts.ts';

export interface FoundAttribution {
  /** With its `told` mark as it is now. */
  latest: LatestState;
  /** Complete (`completeEntry`), as far as can be. */
  entry: HistoryEntry;
  attribution: Attribution;
}

export interface SettleDeps extends TellDeps {
  /** Is a short alert sent? */
  attributedAlerts: boolean;
  clock: () => number;
}

export interface SettledAttributions {
  /** Published. */
  alerts: number;
  /** What is beside its entry now. */
  put: FoundAttribution[];
}

/** In the last hour of a change's time, what can't be published is put unsaid. */
const lastChanceMs = waitForCallsMs - 60 * 60_000;

/** Throws nothing: what is not put is found again. */
export async function settleAttributions(
  found: readonly FoundAttribution[],
  context: DigestContext,
  deps: SettleDeps,
): Promise<SettledAttributions> {
  const settled: SettledAttributions = { alerts: 0, put: [] };
  const fresh: FoundAttribution[] = [];
  for (const one of found) if (await isFresh(one, settled, deps)) fresh.push(one);
  const speaking = fresh.flatMap((one) => {
    const alert = decideAlert(one, context, deps);
    return alert === null ? [] : [{ one, alert }];
  });
  const spoken = new Set(speaking.map(({ one }) => one));
  await putAll(
    fresh.filter((one) => !spoken.has(one)),
    settled,
    deps,
  );
  await publishAll(speaking, context, settled, deps);
  return settled;
}

/** Another run may have put it there since the history was loaded; what stands there and can't be read is left alone. */
async function isFresh(one: FoundAttribution, settled: SettledAttributions, deps: SettleDeps): Promise<boolean> {
  const { resource, at } = one.entry;
  const step = `load who made the change of ${resourceKey(resource)} at ${at}`;
  const known = await attempt(deps.observe, step, () => deps.store.loadAttribution(resource, at));
  if (known) settled.put.push(one);
  return known === null;
}

/** `null`: nobody was told of the change without it, or nobody is to be told more. */
function decideAlert({ latest, entry, attribution }: FoundAttribution, context: DigestContext, deps: SettleDeps) {
  if (!deps.attributedAlerts || latest.alerted < entry.version) return null;
  const alert = buildAttributedAlert(entry, attribution, { tableName: context.tableName });
  return alert !== null && isSent(alert, deps.settings.alertFrom, entry) ? alert : null;
}

async function publishAll(
  speaking: readonly { one: FoundAttribution; alert: Alert }[],
  context: DigestContext,
  settled: SettledAttributions,
  deps: SettleDeps,
): Promise<void> {
  if (speaking.length === 0) return;
  let left = speaking.map(({ one }) => one);
  try {
    if (!(await deps.publisher.hasConfirmedSubscriber())) return await putAll(left, settled, deps);
    const groups = speaking.map(({ alert }) => [alert]);
    for (const { message, groupsDone } of planMessages(groups, context, deps.newId())) {
      deps.signal.throwIfAborted();
      await deps.publisher.publish(message);
      const done = left.slice(0, groupsDone - (speaking.length - left.length));
      left = left.slice(done.length);
      settled.alerts += done.length;
      deps.observe({ event: 'told', alerts: done.length, subject: message.subject });
      await putAll(done, settled, deps);
    }
  } catch (error) {
    deps.observe({ event: 'not-told', why: 'publish-failed', error });
    const now = deps.clock();
    await putAll(
      left.filter(({ entry }) => now - Date.parse(entry.at) > lastChanceMs),
      settled,
      deps,
    );
  }
}

async function putAll(
  found: readonly FoundAttribution[],
  settled: SettledAttributions,
  { store, observe }: SettleDeps,
): Promise<void> {
  for (const one of found) {
    const { resource, at } = one.entry;
    const { attribution } = one;
    const step = `put beside the history of ${resourceKey(resource)} who did it`;
    const isPut = await attempt(observe, step, () => store.putAttribution(resource, at, attribution));
    if (isPut === undefined) continue;
    settled.put.push(one);
    if (isPut) observe({ event: 'attributed', resource, at, attribution });
  }
}
