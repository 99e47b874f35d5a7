/** Counts the scans and the changes of a week, for the weekly digest. */

import type { WeekCounts } from '../contract/json-event.ts';
import type { Severity } from '../firewall/index.ts';
import { hasEffect } from '../firewall/sets/reach.ts';
import { causedKinds } from '../history/entry.ts';
import { listSilences } from '../history/scan-silence.ts';
import { countChangesWithoutEvent } from './count-changes-without-event.ts';
import type { TimelineEntry } from './interfaces.ts';
import type { Run, WeeklySources } from './scan-run.ts';

/** Throws if the table fails, or if a change of the week cannot be read. */
export async function countWeek(
  from: string,
  until: string,
  { reader, eventRegions }: WeeklySources,
  { settings, store }: Run,
): Promise<{ counts: WeekCounts; tooLongSeconds: number | null }> {
  const { account, scanEveryMinutes } = settings;
  const scans = await reader.loadScans(account, from, until);
  const entries = await reader.loadChanges(account, from, until);
  const silences = listSilences(scans, from, until, scanEveryMinutes);
  const tooLong = silences.filter(({ isTooLong }) => isTooLong);
  const counts = {
    scans: scans.length,
    completeScans: scans.filter(({ complete }) => complete).length,
    longestSilenceSeconds: longestOf(silences),
    ...countChanges(entries),
    ...(eventRegions.length > 0 && {
      unannounced: await countChangesWithoutEvent(account, entries, eventRegions, store),
    }),
  };
  return { counts, tooLongSeconds: tooLong.length === 0 ? null : longestOf(tooLong) };
}

const longestOf = (silences: readonly { seconds: number }[]) => Math.max(0, ...silences.map(({ seconds }) => seconds));

/** Skips entries of regions, gaps and first listings. */
export function countChanges(
  entries: readonly Pick<TimelineEntry, 'kind' | 'verdict' | 'severity' | 'expected'>[],
): Pick<WeekCounts, 'changes' | 'expectedChanges' | 'rewritten'> {
  const changes: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  let expectedChanges = 0;
  let rewritten = 0;
  for (const { kind, verdict, severity, expected } of entries) {
    if (!causedKinds.includes(kind) && kind !== 'flapped') continue;
    if (expected !== null) expectedChanges += 1;
    else if (kind === 'changed' && !hasEffect(verdict)) rewritten += 1;
    else changes[severity] += 1;
  }
  return { changes, expectedChanges, rewritten };
}
