/** Entries, and the latest states after them, for tests of the code that stores and reads entries. */
import { exposureOf, type PortState } from '../../lambda/firewall/index.ts';
import { blankEntry } from '../../lambda/history/blank-entry.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { LatestState, StateCommit } from '../../lambda/history/latest-state.ts';
import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import { someFacts, sshFromOffice } from './samples.ts';

export function entryOf(
  resource: Resource,
  version: number,
  at: string,
  more: Partial<HistoryEntry> = {},
): HistoryEntry {
  return blankEntry({
    resource,
    at,
    version,
    kind: 'changed',
    instance: someFacts,
    rules: [sshFromOffice],
    verdict: 'widened',
    opened: [{ protocol: 'tcp', from: 22, to: 22, sources: ['198.51.100.0/24'] }],
    severity: 'medium',
    reason: 'tcp 22 is open to a public network',
    rulesHash: 'r',
    exposureHash: 'e',
    algoVersion: 1,
    commitId: `${at}-${version}`,
    ...more,
  });
}

/** The first entry of an instance with these rules, or (`null`) of a region. */
export function baselineOf(
  resource: Resource,
  at: string,
  rules: PortState[] | null,
  more: Partial<HistoryEntry> = {},
): HistoryEntry {
  const opened = rules === null ? [] : exposureOf({ rules }).reach;
  const instance = rules && someFacts;
  const first = { kind: 'baseline', verdict: null, reason: 'first seen' } as const;
  return entryOf(resource, 1, at, { ...first, instance, rules, opened, ...more });
}

export function commitOf(entry: HistoryEntry, more: Partial<StateCommit> = {}): StateCommit {
  return {
    resource: entry.resource,
    version: entry.version,
    status: 'known',
    instance: entry.instance,
    rules: entry.rules,
    rulesAt: entry.rules && entry.at,
    seenAt: entry.at,
    lastAt: entry.at,
    firstSeenAt: entry.at,
    failure: null,
    pending: entry,
    baselinedAt: entry.resource.instanceName === null && entry.kind === 'baseline' ? entry.at : null,
    ...more,
  };
}

/** The latest state after an entry that is recorded and alerted. */
export function stateOf(entry: HistoryEntry, more: Partial<LatestState> = {}): LatestState {
  return { ...commitOf(entry), recorded: entry.version, alerted: entry.version, pending: null, ...more };
}

/** Stores an entry, and the latest state after it. */
export async function saveEntry(
  store: FleetStore,
  entry: HistoryEntry,
  more: Partial<LatestState> = {},
): Promise<void> {
  await store.putEntry(entry);
  await store.createState(stateOf(entry, more));
}
