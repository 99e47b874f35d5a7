/** The gaps of the span: resources that could not be read, and times without a scan. */

import type { Resource } from '../../../lambda/history/entry.ts';
import type { ScanNote } from '../../../lambda/history/scan-note.ts';
import type { ExposureSpan } from '../../questions/exposure-spans.ts';
import type { GapData, ScansData } from './report-data.ts';

/** The gaps of one instance, without those of its region, which are listed once for the region. The spans partition the report. */
export function buildGaps({ region, instanceName }: Resource, spans: readonly ExposureSpan[]): GapData[] {
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

/** Removes duplicates: a gap of a region was found once for each of its instances. */
export function joinGaps(gaps: readonly GapData[]): GapData[] {
  const known = new Map(gaps.map((gap) => [JSON.stringify([gap.region, gap.name, gap.from]), gap]));
  const isOpen = ({ until }: GapData) => (until === null ? 0 : 1);
  return [...known.values()].sort((a, b) => isOpen(a) - isOpen(b) || b.from - a.from);
}

/** A scan counts as missed after this many intervals. */
const lateIntervals = 3;

/** `scans` oldest first; `from`, `until` in milliseconds since the epoch. */
export function summariseScans(scans: readonly ScanNote[], from: number, until: number): ScansData {
  const starts = scans.map(({ startedAt }) => Date.parse(startedAt)).filter((at) => at >= from && at <= until);
  const distances = starts.slice(1).map((at, i) => at - (starts[i] ?? at));
  const usualMs = distances.toSorted((a, b) => a - b)[distances.length >> 1];
  const last = scans.at(-1);
  return {
    count: starts.length,
    complete: scans.filter(({ complete, startedAt }) => complete && Date.parse(startedAt) >= from).length,
    lastAt: last === undefined ? null : Date.parse(last.startedAt),
    lastIsComplete: last?.complete ?? false,
    silences: usualMs === undefined ? [] : findSilences([...starts, until], lateIntervals * usualMs),
  };
}

function findSilences(instants: readonly number[], longestMs: number): [number, number][] {
  return instants.slice(1).flatMap((at, i): [number, number][] => {
    const before = instants[i] ?? at;
    return at - before > longestMs ? [[before, at]] : [];
  });
}
