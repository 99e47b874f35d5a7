/** When the firewall of an instance was read, and what was found, from its history and the scans that confirmed it. */

import type { Firewall } from '../firewall/index.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { firewallOf } from '../history/firewall-of.ts';
import type { Read } from './find-transient-changes.ts';

/** A scan as far as reads of one instance go. */
export interface ReadScan {
  startedAt: string;
  endedAt: string;
}

/** A read whose scan is not known was made within so long before its entry. */
const maxReadMs = 60_000;

/**
 * Oldest first. `entries`: the history of one instance, oldest first, none left out between the first and now. `before`: the firewall
 * in force at the first of them, where that one holds no rules (`gap`, `flapped`); else `null`. `confirming`: the scans that listed its
 * region and do not name it in `notRead`.
 */
export function listReads(
  entries: readonly HistoryEntry[],
  before: Firewall | null,
  confirming: readonly ReadScan[],
): Read[] {
  const scans = confirming.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  // A flap says nothing of what is in force; as the first entry it stands for when that begins.
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

/** In force from the entry on, as far as is known; `null`: nothing is. */
function firewallAt(entry: HistoryEntry, before: Firewall | null): Firewall | null {
  if (entry.kind === 'gone') return null;
  return firewallOf(entry) ?? before;
}

/** The scan that it belongs to began before the read; a read for the sake of an event has none, and takes seconds. */
function readOfEntry({ at }: HistoryEntry, scans: readonly ReadScan[], arn: string | null, firewall: Firewall): Read {
  const own = scans.find(({ startedAt, endedAt }) => startedAt <= at && at <= endedAt);
  const earliest = new Date(Date.parse(at) - maxReadMs).toISOString();
  return { from: own?.startedAt ?? earliest, until: at, arn, firewall };
}
