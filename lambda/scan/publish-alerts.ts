/**
 * Step 5 of a scan: publishes the alerts of entries that are recorded and not alerted, oldest first. After each message, the mark `alerted`
 * of each resource in the message is raised.
 *
 * The first failure ends step 5, and the next scan starts at the failed message, so no alert is lost. An alert is sent twice only if the
 * answer to a publish was lost, or if the mark could not be raised.
 */

import type { DigestContext } from '../alerts/build-digest.ts';
import { type AlertContext, decideAlerts, isSent } from '../alerts/decide-alerts.ts';
import type { Alert } from '../contract/json-event.ts';
import { compareText } from '../history/compare-text.ts';
import { completeEntry, rulesBeforeAt } from '../history/complete-entry.ts';
import type { HistoryEntry, Resource } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import { earlierOf } from '../history/instants.ts';
import type { LatestState } from '../history/latest-state.ts';
import { ItemError } from '../history/read-errors.ts';
import { resourceKey } from '../history/resource-key.ts';
import { publishGroups } from './publish-groups.ts';
import { attempt, type Fleet, type Run } from './scan-run.ts';

export interface PublishedAlerts {
  alerts: number;
  /** Instant of the oldest entry that is recorded and not alerted; `null`: there is none. */
  oldestWaitingAt: string | null;
  /**
   * `resourceKey` of each resource with a history item that cannot be read. The alerts of the resource wait until a person repairs the
   * item.
   */
  damaged: string[];
}

/** An entry that is recorded and not alerted. `isDone`: the alerts are published, or the entry has none. */
interface WaitingEntry {
  latest: LatestState;
  entry: HistoryEntry;
  alerts: Alert[];
  isDone: boolean;
}

/** Publishes the alerts, and raises the marks `alerted` in the table and in `fleet`. Never throws. */
export async function publishAlerts(
  states: readonly LatestState[],
  digest: DigestContext,
  fleet: Fleet,
  run: Run,
): Promise<PublishedAlerts> {
  const published: PublishedAlerts = { alerts: 0, oldestWaitingAt: null, damaged: [] };
  const waiting = await loadWaitingEntries(states, digest, published, run);
  const withAlerts = waiting.filter(({ isDone }) => !isDone);
  const onPublished = async (items: readonly WaitingEntry[]) => {
    for (const item of items) {
      item.isDone = true;
      published.alerts += item.alerts.length;
    }
    await raiseMarks(waiting, fleet, run);
  };
  const outcome = await publishGroups(withAlerts, digest, onPublished, run);
  // Marks the entries that have no alert. They stay unmarked after a failure, and while alerts wait for a confirmed subscription.
  if (outcome === 'published') {
    await attempt(run, 'mark what is alerted', () => raiseMarks(waiting, fleet, run));
  }
  const oldest = waiting.find(({ isDone }) => !isDone)?.entry.at ?? null;
  published.oldestWaitingAt = earlierOf(published.oldestWaitingAt, oldest);
  return published;
}

/**
 * Returns the waiting entries, oldest first. If the history of a resource cannot be read, the entries of the other resources are returned.
 */
async function loadWaitingEntries(
  states: readonly LatestState[],
  digest: DigestContext,
  published: PublishedAlerts,
  run: Run,
): Promise<WaitingEntry[]> {
  const waiting: WaitingEntry[] = [];
  const firstListingOf = findFirstListings(states, run);
  for (const latest of states.filter(({ alerted, recorded }) => alerted < recorded)) {
    try {
      waiting.push(...(await loadWaitingOf(latest, digest, firstListingOf, run)));
    } catch (error) {
      const key = resourceKey(latest.resource);
      run.observe({ event: 'bookkeeping-failed', step: `load the entries of ${key} that are not alerted`, error });
      if (error instanceof ItemError) published.damaged.push(key);
      // The waiting entries could not be loaded. The newest entry's instant stands for theirs, because none of them is later.
      published.oldestWaitingAt = earlierOf(published.oldestWaitingAt, latest.lastAt);
    }
  }
  return waiting.sort(
    (a, b) =>
      compareText(a.entry.at, b.entry.at) ||
      compareText(resourceKey(a.latest.resource), resourceKey(b.latest.resource)),
  );
}

async function loadWaitingOf(
  latest: LatestState,
  { tableName }: DigestContext,
  firstListingOf: FindFirstListing,
  run: Run,
): Promise<WaitingEntry[]> {
  const { settings, store } = run;
  const context: AlertContext = settings.attribution ? { tableName } : { tableName, attributionOff: true };
  const entries = await store.loadEntriesAfter(latest.resource, latest.alerted);
  const waiting: WaitingEntry[] = [];
  for (const entry of entries.filter(({ version }) => version <= latest.recorded)) {
    const before = await loadBefore(entry, run);
    const complete = await addOwnSummary(completeEntry(entry, before), firstListingOf);
    const alerts = decideAlerts(complete, firewallOf(before), context).filter((alert) =>
      isSent(alert, settings.alertFrom, entry),
    );
    waiting.push({ latest, entry, alerts, isDone: alerts.length === 0 });
  }
  return waiting;
}

/** The entry of the first complete listing of the instance's region; `null`: there is none yet, or the entry is damaged. */
type FindFirstListing = (instance: Resource) => Promise<HistoryEntry | null>;

/**
 * Gives the first entry of an instance a summary, which causes an alert about this one instance. The entry stays unchanged if the alert
 * about the region's first listing names or counts the instance.
 *
 * An instance can be missing in that alert because its firewall could not be read, because the answer to its commit was lost, or because
 * another scan committed the instance at the same time.
 */
async function addOwnSummary(entry: HistoryEntry, firstListingOf: FindFirstListing): Promise<HistoryEntry> {
  const { kind, resource, severity, reason, opened: exposure } = entry;
  const { instanceName } = resource;
  if (kind !== 'baseline' || instanceName === null) return entry;
  const listing = await firstListingOf(resource);
  const isNamed = listing?.summary?.worst.some((one) => one.instanceName === instanceName) === true;
  const isCounted = listing !== null && (listing.summary?.more ?? 0) > 0 && entry.at <= listing.at;
  if (isNamed || isCounted) return entry;
  const worst = [{ instanceName, severity, exposure, reason }];
  return { ...entry, summary: { instancesListed: 1, instancesRead: 1, worst, more: 0 } };
}

/** Loads the entry of the first listing of each region only once. */
function findFirstListings(states: readonly LatestState[], run: Run): FindFirstListing {
  const found = new Map<string, Promise<HistoryEntry | null>>();
  const load = async (resource: Resource): Promise<HistoryEntry | null> => {
    const key = resourceKey(resource);
    const known = states.find((latest) => resourceKey(latest.resource) === key);
    const latest = known?.baselinedAt ? known : await run.store.loadState(resource);
    if (!latest?.baselinedAt) return null;
    return latest.pending?.at === latest.baselinedAt
      ? latest.pending
      : run.store.loadEntry(resource, latest.baselinedAt);
  };
  return (instance) => {
    const step = `load the first listing of ${instance.region}`;
    const entry =
      found.get(instance.region) ?? loadUndamaged(step, () => load({ ...instance, instanceName: null }), run);
    found.set(instance.region, entry);
    return entry;
  };
}

/**
 * Loads the entry with the rules that were in force before `entry`. `null`: there were no rules, or the entry cannot be read; then the
 * alert has no restore command.
 */
async function loadBefore(entry: HistoryEntry, run: Run): Promise<HistoryEntry | null> {
  const at = rulesBeforeAt(entry);
  if (at === null) return null;
  const step = `load the entry before ${entry.at} of ${resourceKey(entry.resource)}`;
  return loadUndamaged(step, () => run.store.loadEntry(entry.resource, at), run);
}

/** `null`: there is no entry, or the item is damaged, which is logged. Throws if the table fails. */
async function loadUndamaged(
  step: string,
  load: () => Promise<HistoryEntry | null>,
  { observe }: Run,
): Promise<HistoryEntry | null> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    observe({ event: 'bookkeeping-failed', step, error });
    return null;
  }
}

/** Raises the mark `alerted` of each resource up to its first entry whose alerts are not published yet. */
async function raiseMarks(waiting: readonly WaitingEntry[], { states }: Fleet, { store }: Run): Promise<void> {
  const blocked = new Set<string>();
  const reached = new Map<string, WaitingEntry>();
  for (const item of waiting) {
    const key = resourceKey(item.latest.resource);
    if (!item.isDone) blocked.add(key);
    if (!blocked.has(key)) reached.set(key, item);
  }
  for (const [key, { latest, entry }] of reached) {
    const known = states.get(key) ?? latest;
    if (known.alerted >= entry.version) continue;
    await store.markAlerted(latest.resource, entry.version);
    states.set(key, { ...known, alerted: entry.version });
  }
}
