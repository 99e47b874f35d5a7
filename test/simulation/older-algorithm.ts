/** Entries as an older version of Portwatch would have written them: another `algoVersion`, and hashes that no entry of today has. */
import type { HistoryEntry } from '../../lambda/history/entry.ts';
import type { SimulatedScan } from './simulated-scan.ts';

/** `isNew`: this scan creates the entry; otherwise the entry exists already. */
export type AgeEntry = (entry: HistoryEntry, scan: SimulatedScan, isNew: boolean) => HistoryEntry;

export function buildAging(): AgeEntry {
  const oldCommits = new Set<string>();
  return (entry, scan, isNew) => {
    if (isNew && scan.isOldAlgorithm) oldCommits.add(entry.commitId);
    if (!oldCommits.has(entry.commitId) || entry.algoVersion === 0) return entry;
    const age = (hash: string | null) => hash && `older-${hash.slice(0, 8)}`;
    return { ...entry, algoVersion: 0, rulesHash: age(entry.rulesHash), exposureHash: age(entry.exposureHash) };
  };
}
