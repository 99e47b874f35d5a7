/** Changes entries as if an older version of Portwatch had written them: another algoVersion, and hashes that equal no others. */
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
