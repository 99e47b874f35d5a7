/** Lists the reads of one instance's firewall, from its history and from the scans that confirmed the instance. */

import type { Firewall } from '../firewall/index.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import { toInstant } from '../history/instants.ts';
import type { ScanNote } from '../history/scan-note.ts';
import type { Read } from './find-transient-changes.ts';

type ReadScan = Pick<ScanNote, 'startedAt' | 'endedAt'>;

/** If the scan of a read is not known, the read counts as made within this time before its entry. */
const maxReadMs = 60_000;

/**
 * Returns the reads, oldest first. `entries`: the history of one instance, oldest first and complete from the first entry until now.
 * `before`: the firewall in force at the first entry if that entry has no rules (`gap`, `flapped`), else `null`. `confirming`: the scans
 * that listed the region of the instance and whose `notRead` does not contain the instance.
 */
export function listReads(
  entries: readonly HistoryEntry[],
  before: Firewall | null,
  confirming: readonly ReadScan[],
): Read[] {
  const scans = confirming.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  // A transient change does not change the firewall in force, so its entry is skipped. The first entry is kept: the history starts there.
  const steps = entries.filter(({ kind }, index) => kind !== 'flapped' || index === 0);
  const reads: Read[] = [];
  let firewall = before;
  for (const [index, entry] of steps.entries()) {
    firewall = firewallAt(entry, firewall);
    if (firewall === null) continue;
    const arn = entry.instance?.arn ?? null;
    if (entry.kind !== 'gap' && entry.kind !== 'flapped') reads.push(readOfEntry(entry, scans, arn, firewall));
    const next = steps[index + 1]?.at ?? null;
    for (const scan of scans) {
      const isWithin = scan.startedAt > entry.at && (next === null || scan.endedAt < next);
      if (isWithin) reads.push({ from: scan.startedAt, until: scan.endedAt, arn, firewall });
    }
  }
  return reads;
}

/** The firewall in force from the entry on; `null`: not known, or the instance is gone. */
function firewallAt(entry: HistoryEntry, before: Firewall | null): Firewall | null {
  if (entry.kind === 'gone') return null;
  return firewallOf(entry) ?? before;
}

/**
 * The read of a full scan was made between the start of the scan and the entry. The read of an event scan belongs to no full scan, and is
 * made seconds before the entry of the read.
 */
function readOfEntry({ at }: HistoryEntry, scans: readonly ReadScan[], arn: string | null, firewall: Firewall): Read {
  const own = scans.find(({ startedAt, endedAt }) => startedAt <= at && at <= endedAt);
  const earliest = toInstant(Date.parse(at) - maxReadMs);
  return { from: own?.startedAt ?? earliest, until: at, arn, firewall };
}
