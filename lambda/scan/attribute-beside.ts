/** Who made a change that a scan found before its event came: put beside the entry, which itself is never rewritten. */
import { attributeChange } from '../attribution/attribute-change.ts';
import type { Call } from '../attribution/call.ts';
import { rulesBeforeAt } from '../history/complete-entry.ts';
import type { HistoryEntry, Subject } from '../history/entry.ts';
import type { Head } from './head.ts';
import type { FleetStore, ScanObserver } from './roles.ts';

/** Events are late by minutes: a change further back than so many entries is left to looking it up. */
const mostEntries = 5;

export interface AttributeDeps {
  store: Pick<FleetStore, 'loadEntry' | 'loadEntriesAfter' | 'loadNewestEntry' | 'putAttribution'>;
  observe: ScanObserver;
}

/** Beside how many entries it was put. `head`: the subject's, if it has one. Throws where the table fails. */
export async function attributeBeside(
  subject: Subject,
  head: Head | null,
  calls: readonly Call[],
  found: { by: 'event' | 'lookup'; at: string },
  { store, observe }: AttributeDeps,
): Promise<number> {
  // Nothing was written since the first of the calls: what they changed is not in the history yet.
  if (head !== null && !calls.some(({ at }) => head.lastAt !== null && at <= head.lastAt)) return 0;
  const version = head?.version ?? (await store.loadNewestEntry(subject))?.version ?? 0;
  if (version === 0) return 0;
  const entries = await store.loadEntriesAfter(subject, Math.max(0, version - mostEntries));
  let put = 0;
  for (const entry of entries) {
    if (entry.changedBy || !mayBeMadeBy(entry, calls)) continue;
    const attribution = attributeChange(entry, await firewallBefore(entry, store), calls, found);
    if (attribution === null || !(await store.putAttribution(subject, entry.at, attribution))) continue;
    put += 1;
    observe({ event: 'attributed', subject, at: entry.at, attribution });
  }
  return put;
}

/** Saves loading what was before of entries that are out of the question. */
function mayBeMadeBy(entry: HistoryEntry, calls: readonly Call[]): boolean {
  return calls.some(({ at }) => at <= entry.changedBefore);
}

async function firewallBefore(entry: HistoryEntry, store: AttributeDeps['store']) {
  const at = rulesBeforeAt(entry);
  const before = at === null ? null : await store.loadEntry(entry.subject, at);
  return before?.rules ? { rules: before.rules, ipAddressType: before.instance?.ipAddressType } : null;
}
