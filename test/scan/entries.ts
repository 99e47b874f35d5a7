/** Entries and commits for tests of what stores them. */
import { blankEntry } from '../../lambda/history/blank-entry.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import type { StateCommit } from '../../lambda/history/latest-state.ts';
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

export function commitOf(entry: HistoryEntry, more: Partial<StateCommit> = {}): StateCommit {
  return {
    resource: entry.resource,
    version: entry.version,
    status: 'known',
    instance: entry.instance,
    rules: entry.rules,
    rulesAt: entry.at,
    seenAt: entry.at,
    lastAt: entry.at,
    firstSeenAt: entry.at,
    failure: null,
    pending: entry,
    baselinedAt: null,
    ...more,
  };
}
