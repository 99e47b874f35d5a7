/** The gaps of the span: resources that could not be read, and times without a scan. */

import type { Resource } from '../../../lambda/history/entry.ts';
import type { ScanNote } from '../../../lambda/history/scan-note.ts';
import { isSilence } from '../../../lambda/history/scan-silence.ts';
import type { AccountNames } from '../../questions/account-names.ts';
import type { ExposureSpan } from '../../questions/exposure-spans.ts';
import { labelAllRegions, labelRegion } from './label-region.ts';
import { byEnd, type GapData, type ScansData } from './report-data.ts';

export interface AccountScans {
  account: string;
  /** Oldest first: the last scan before the span, then the scans of the span. */
  scans: readonly ScanNote[];
}

/** Returns the gaps of one instance and of its whole region. `spans` must cover the span of the report without overlap. */
export function buildGaps(
  { account, region: regionName, instanceName }: Resource,
  spans: readonly ExposureSpan[],
  names: AccountNames,
): GapData[] {
  const region = labelRegion({ account, region: regionName }, names);
  const gaps: GapData[] = [];
  const end = spans.at(-1)?.until;
  for (const { from, until, gap } of spans) {
    if (gap === null) continue;
    const last = gaps.at(-1);
    const name = gap.scope === 'region' ? null : instanceName;
    const isSame =
      last !== undefined && last.until === Date.parse(from) && last.name === name && last.reason === gap.reason;
    const isOpen = until === end;
    if (isSame) last.until = isOpen ? null : Date.parse(until);
    else
      gaps.push({ region, name, from: Date.parse(from), until: isOpen ? null : Date.parse(until), reason: gap.reason });
  }
  return gaps;
}

/** Removes duplicates, because a gap of a region was found once for each of its instances. */
export function joinGaps(gaps: readonly GapData[]): GapData[] {
  const known = new Map(gaps.map((gap) => [JSON.stringify([gap.region, gap.name, gap.from]), gap]));
  return [...known.values()].sort(byEnd);
}

/**
 * Joins the scans of all accounts. A silence (a time without a scan that is too long) is found for each account alone. `from`, `until`:
 * milliseconds since the epoch.
 */
export function joinScans(lists: readonly AccountScans[], from: number, until: number, names: AccountNames): ScansData {
  const all = lists.map(({ account, scans }) => ({ account, ...summariseScans(scans, from, until) }));
  const lasts = all.map(({ lastAt }) => lastAt);
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    complete: all.reduce((sum, { complete }) => sum + complete, 0),
    lastAt: lasts.includes(null)
      ? null
      : lasts.reduce((one, other) => Math.min(one ?? 0, other ?? 0), lasts[0] ?? null),
    lastIsComplete: all.every(({ lastIsComplete }) => lastIsComplete),
    silences: all.flatMap(({ account, silences }) =>
      silences.map(([begin, end]): ScansData['silences'][number] =>
        names === null ? [begin, end] : [begin, end, labelAllRegions(account, names)],
      ),
    ),
  };
}

function summariseScans(scans: readonly ScanNote[], from: number, until: number) {
  const within = scans.filter(({ startedAt }) => Date.parse(startedAt) >= from && Date.parse(startedAt) <= until);
  const last = scans.at(-1);
  return {
    count: within.length,
    complete: within.filter(({ complete }) => complete).length,
    lastAt: last === undefined ? null : Date.parse(last.startedAt),
    lastIsComplete: last?.complete ?? false,
    silences: findSilences(scans, from, until),
  };
}

/** The times between two scans, and after the last scan, that are too long for the configured interval. Cut to the span. */
function findSilences(scans: readonly ScanNote[], from: number, until: number): [number, number][] {
  const starts = [...scans.map(({ startedAt }) => Date.parse(startedAt)), until];
  return scans.flatMap((_, i): [number, number][] => {
    const [begin = until, end = until] = starts.slice(i, i + 2);
    const isSilent = isSilence((end - begin) / 1_000, intervalMinutes(scans, starts, i));
    return isSilent && end > from ? [[Math.max(begin, from), end]] : [];
  });
}

/**
 * The longer interval of scan `i` and the next scan, because the setting can change between two scans. Infinite if no interval is known.
 */
function intervalMinutes(scans: readonly ScanNote[], starts: readonly number[], i: number): number {
  const noted = scans.slice(i, i + 2).flatMap(({ scanEveryMinutes }) => scanEveryMinutes ?? []);
  if (noted.length > 0) return Math.max(...noted);
  // Earlier versions stored no interval. Instead, the longest of six distances between scan starts is used: the three before distance `i`
  // and the three after distance `i`. So an additional scan by hand has no effect.
  const distance = (place: number) => (starts[place + 1] ?? Number.NaN) - (starts[place] ?? Number.NaN);
  const near = [i - 3, i - 2, i - 1, i + 1, i + 2, i + 3].map(distance).filter((ms) => ms > 0);
  return near.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...near) / 60_000;
}
