/**
 * Step 5: tells people what is recorded and not told, oldest first. A message is published, then the states it speaks of move their
 * `told` mark; the first failure ends it, and the next scan goes on from there. So nothing is lost, and something is told twice only
 * where the outcome of a publish, or of moving the mark, is unknown.
 */
import { type AlertContext, decideAlerts, isSent } from '../alerts/decide-alerts.ts';
import type { DigestContext } from '../alerts/digest.ts';
import { planMessages } from '../alerts/plan-messages.ts';
import type { Alert } from '../contract/json-event.ts';
import type { ScanSettings } from '../contract/settings.ts';
import { completeEntry, rulesBeforeAt } from '../history/complete-entry.ts';
import type { HistoryEntry, Resource } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import { type AlertPublisher, type FleetStore, ItemError, type ScanObserver } from './interfaces.ts';
import { type LatestState, resourceKey } from './latest-state.ts';

export interface TellDeps {
  store: FleetStore;
  publisher: AlertPublisher;
  observe: ScanObserver;
  settings: ScanSettings;
  newId: () => string;
  /** No message is begun once it has aborted. */
  signal: AbortSignal;
}

export interface Told {
  /** Published in this scan. */
  alerts: number;
  /** Instant of the oldest entry that is recorded and not told; `null`: all is told. */
  oldestUntoldAt: string | null;
  /** By `resourceKey`: how far each latest state that was touched is told now. */
  told: Map<string, number>;
  /** `resourceKey` of those of which something untold can't be read: it stays untold until a person mends the item. */
  damaged: string[];
}

/** An entry on its way to people. `isDone`: nothing of it is left to be said. */
interface Outgoing {
  latest: LatestState;
  entry: HistoryEntry;
  alerts: Alert[];
  isDone: boolean;
}

export async function tell(states: readonly LatestState[], context: DigestContext, deps: TellDeps): Promise<Told> {
  const outgoing: Outgoing[] = [];
  const damaged: string[] = [];
  let untoldSince: string | null = null;
  const firstListingOf = findFirstListings(states, deps);
  for (const latest of states.filter(({ alerted, recorded }) => alerted < recorded)) {
    try {
      outgoing.push(...(await loadOutgoing(latest, context, deps, firstListingOf)));
    } catch (error) {
      // One damaged history must not silence the others.
      const key = resourceKey(latest.resource);
      deps.observe({ event: 'bookkeeping-failed', step: `load what is untold of ${key}`, error });
      if (error instanceof ItemError) damaged.push(key);
      // How old it is, only the entries know; the newest of them is not younger.
      untoldSince = earlier(untoldSince, latest.lastAt);
    }
  }
  outgoing.sort(
    (a, b) =>
      compareText(a.entry.at, b.entry.at) ||
      compareText(resourceKey(a.latest.resource), resourceKey(b.latest.resource)),
  );
  const told = new Map<string, number>();
  const alerts = await publishAll(outgoing, context, deps, told);
  const oldestUntoldAt = earlier(untoldSince, outgoing.find(({ isDone }) => !isDone)?.entry.at ?? null);
  return { alerts, oldestUntoldAt, told, damaged };
}

async function loadOutgoing(
  latest: LatestState,
  context: DigestContext,
  deps: TellDeps,
  firstListingOf: FindFirstListing,
): Promise<Outgoing[]> {
  const entries = await deps.store.loadEntriesAfter(latest.resource, latest.alerted);
  const outgoing: Outgoing[] = [];
  for (const entry of entries.filter(({ version }) => version <= latest.recorded)) {
    const before = await loadBefore(entry, deps);
    const whole = await asTold(completeEntry(entry, before), firstListingOf);
    const place: AlertContext = { tableName: context.tableName };
    if (!deps.settings.attribution) place.attributionOff = true;
    const alerts = decideAlerts(whole, firewallOf(before), place).filter((alert) =>
      isSent(alert, deps.settings.alertFrom, entry),
    );
    outgoing.push({ latest, entry, alerts, isDone: alerts.length === 0 });
  }
  return outgoing;
}

/** The entry of a region's first complete listing; `null`: there is none yet, or it can't be read. */
type FindFirstListing = (instance: Resource) => Promise<HistoryEntry | null>;

/**
 * What a region's first listing finds is told by that alone. An instance that it does not name (its commit was made and not answered, or
 * made by another scan at the same time) is told by itself, as one that appeared.
 */
async function asTold(entry: HistoryEntry, firstListingOf: FindFirstListing): Promise<HistoryEntry> {
  const { kind, resource } = entry;
  if (kind !== 'baseline' || resource.instanceName === null) return entry;
  const summary = (await firstListingOf(resource))?.summary;
  const isNamed = summary?.worst.some(({ instanceName }) => instanceName === resource.instanceName) === true;
  return isNamed || (summary?.more ?? 0) > 0 ? entry : { ...entry, kind: 'appeared' };
}

/** Looks each region up once. */
function findFirstListings(states: readonly LatestState[], { store, observe }: TellDeps): FindFirstListing {
  const found = new Map<string, Promise<HistoryEntry | null>>();
  const load = async (resource: Resource): Promise<HistoryEntry | null> => {
    const key = resourceKey(resource);
    const known = states.find((latest) => resourceKey(latest.resource) === key);
    try {
      const latest = known?.baselinedAt ? known : await store.loadState(resource);
      if (!latest?.baselinedAt) return null;
      return latest.pending?.at === latest.baselinedAt
        ? latest.pending
        : await store.loadEntry(resource, latest.baselinedAt);
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      observe({ event: 'bookkeeping-failed', step: `load the first listing of ${resource.region}`, error });
      return null;
    }
  };
  return (instance) => {
    const entry = found.get(instance.region) ?? load({ ...instance, instanceName: null });
    found.set(instance.region, entry);
    return entry;
  };
}

/** The entry with the rules that were in force before; `null`: none were, or they can't be had any more. */
async function loadBefore(entry: HistoryEntry, { store, observe }: TellDeps): Promise<HistoryEntry | null> {
  const at = rulesBeforeAt(entry);
  if (at === null) return null;
  try {
    return await store.loadEntry(entry.resource, at);
  } catch (error) {
    // A change is told even where what was before it is damaged: without the way back.
    if (!(error instanceof ItemError)) throw error;
    observe({
      event: 'bookkeeping-failed',
      step: `load what was before ${entry.at} of ${resourceKey(entry.resource)}`,
      error,
    });
    return null;
  }
}

async function publishAll(
  outgoing: readonly Outgoing[],
  context: DigestContext,
  deps: TellDeps,
  told: Map<string, number>,
): Promise<number> {
  const { publisher, observe } = deps;
  let published = 0;
  try {
    const speaking = outgoing.filter(({ isDone }) => !isDone);
    if (speaking.length > 0 && !(await publisher.hasConfirmedSubscriber())) {
      observe({ event: 'not-told', why: 'no-confirmed-subscriber' });
      return 0;
    }
    await settle(outgoing, deps.store, told);
    let next = 0;
    for (const plan of planMessages(
      speaking.map(({ alerts }) => alerts),
      context,
      deps.newId(),
    )) {
      deps.signal.throwIfAborted();
      await publisher.publish(plan.message);
      const spoken = speaking.slice(next, plan.groupsDone);
      next = plan.groupsDone;
      for (const item of spoken) item.isDone = true;
      const alerts = spoken.reduce((sum, item) => sum + item.alerts.length, 0);
      published += alerts;
      observe({ event: 'told', alerts, subject: plan.message.subject });
      await settle(outgoing, deps.store, told);
    }
  } catch (error) {
    observe({ event: 'not-told', why: 'publish-failed', error });
  }
  return published;
}

/** Moves the mark of every latest state as far as everything before it is done. */
async function settle(outgoing: readonly Outgoing[], store: FleetStore, told: Map<string, number>): Promise<void> {
  const blocked = new Set<string>();
  const reached = new Map<string, Outgoing>();
  for (const item of outgoing) {
    const key = resourceKey(item.latest.resource);
    if (!item.isDone) blocked.add(key);
    if (!blocked.has(key)) reached.set(key, item);
  }
  for (const [key, { latest, entry }] of reached) {
    if ((told.get(key) ?? latest.alerted) >= entry.version) continue;
    await store.markAlerted(latest.resource, entry.version);
    told.set(key, entry.version);
  }
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
