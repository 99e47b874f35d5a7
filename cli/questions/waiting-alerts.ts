/** Finds the alerts that are recorded and not sent: the entries between the marks `alerted` and `version` of each resource. */
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';

export interface WaitingAlerts {
  /** Number of entries whose alerts are not sent; perhaps some of these entries need no alert. */
  count: number;
  oldestAt: string;
}

type Marks = Pick<LatestState, 'resource' | 'version' | 'alerted' | 'lastAt' | 'firstSeenAt' | 'pending'>;

interface EntrySource {
  /** Newest first, page by page. */
  readEntries(
    resource: Resource,
    span: { from: null; until: null },
    pageSize: number,
  ): AsyncIterable<Pick<HistoryEntry, 'at' | 'version'>[]>;
}

/** `null`: no alert waits. */
export async function findWaitingAlerts(states: readonly Marks[], source: EntrySource): Promise<WaitingAlerts | null> {
  const waiting = states.filter(({ version, alerted }) => alerted < version);
  if (waiting.length === 0) return null;
  const instants: string[] = [];
  for (const state of waiting) instants.push(await findOldest(state, source));
  return {
    count: waiting.reduce((sum, { version, alerted }) => sum + version - alerted, 0),
    oldestAt: instants.reduce((oldest, at) => (at < oldest ? at : oldest)),
  };
}

/**
 * A single waiting entry is the newest entry, and the latest state has its instant. If several entries wait, reads the history, newest
 * first, back to the oldest waiting entry.
 */
async function findOldest(state: Marks, source: EntrySource): Promise<string> {
  const { resource, version, alerted, pending, firstSeenAt } = state;
  let oldest = pending?.at ?? state.lastAt ?? firstSeenAt;
  const count = version - alerted;
  if (count === 1) return oldest;
  for await (const page of source.readEntries(resource, { from: null, until: null }, 2 * count))
    for (const entry of page) {
      if (entry.version <= alerted) return oldest;
      oldest = entry.at;
    }
  return oldest;
}

/** The sum of the alerts that wait in the histories and, with several accounts, in the outbox; `null`: none. */
export function joinWaiting(waiting: readonly (WaitingAlerts | null)[]): WaitingAlerts | null {
  const some = waiting.filter((one) => one !== null);
  const [oldestAt] = some.map((one) => one.oldestAt).sort();
  return oldestAt === undefined ? null : { count: some.reduce((sum, { count }) => sum + count, 0), oldestAt };
}
