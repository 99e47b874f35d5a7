/**
 * Random histories of one instance: every kind of entry, windows of every width, gaps of its region, scans, transient
 * changes.
 */
import fc from 'fast-check';
import type { HistorySlice } from '../../../cli/questions/history-slice.ts';
import { exposureOf } from '../../../lambda/firewall/index.ts';
import type { PortState } from '../../../lambda/firewall/rules/port-state.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import { at, entriesOf, factsOf, failure, open, region, scan, sliceOf, web1 } from './build-history.ts';

type Steps = Parameters<typeof entriesOf>[1][];
type Time = string;

const doors = ['22', '22 from 203.0.113.0/24', '22 from 203.0.112.0/23', '443', '3306 from 10.0.0.0/8'];
const rules: fc.Arbitrary<PortState[]> = fc.subarray(doors).map((some) => open(...some));

/** Minutes of one day, sometimes plus a few milliseconds, so that ends of windows and entries often coincide. */
const minutes = fc.integer({ min: 0, max: 90 });
const jitterMs = fc.constantFrom(0, 0, 1, 2, 999);

interface RandomStep {
  minute: number;
  jitter: number;
  reach: PortState[];
  kind: 'changed' | 'gone' | 'gap' | 'flapped';
  /** Minutes by which the window, or the transient change, begins earlier; `null`: unknown. */
  width: number | null;
  isExpired: boolean;
}

const step: fc.Arbitrary<RandomStep> = fc.record({
  minute: minutes,
  jitter: jitterMs,
  reach: rules,
  kind: fc.constantFrom('changed', 'changed', 'changed', 'gone', 'gap', 'flapped'),
  width: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 5 }),
  isExpired: fc.constantFrom(false, false, false, false, true),
});

function timeOf(minute: number, ms: number): Time {
  const instant = new Date(Date.parse(at('10:00')) + minute * 60_000 + ms).toISOString();
  return instant.slice('2026-11-23T'.length, -1);
}

/** Kinds in a valid order: a deleted instance appears, an instance in a gap ends the gap. */
function toEntries(steps: readonly RandomStep[]): HistoryEntry[] {
  const sorted = steps.toSorted((a, b) => a.minute - b.minute || a.jitter - b.jitter);
  const distinct = sorted.filter(
    ({ minute, jitter }, i) => sorted[i - 1]?.minute !== minute || sorted[i - 1]?.jitter !== jitter,
  );
  let state: 'absent' | 'known' | 'gap' = 'absent';
  let born = 0;
  const told: Steps = distinct.map(({ minute, jitter, reach, kind, width }) => {
    const time = timeOf(minute, jitter);
    const after = width === null ? null : timeOf(Math.max(0, minute - width), 0);
    if (state === 'absent') {
      born += 1;
      state = kind === 'gap' ? 'gap' : 'known';
      return [
        time,
        after,
        kind === 'gap' ? gap(after ?? time) : { kind: 'appeared', rules: reach, instance: factsOf(`arn:${born}`) },
      ];
    }
    const instance = factsOf(`arn:${born}`);
    if (kind === 'flapped') {
      const changedBefore = at(timeOf(Math.max(0, minute - 2), 0));
      return [time, after, { kind, instance, changedBefore, opened: exposureOf({ rules: reach }).reach }];
    }
    if (kind === 'gap' && state === 'known') {
      state = 'gap';
      return [time, after, gap(after ?? time)];
    }
    if (kind === 'gap') {
      state = 'known';
      return [time, after, { kind: 'changed', rules: reach, instance }];
    }
    state = kind === 'gone' ? 'absent' : 'known';
    return [time, after, kind === 'gone' ? { kind, instance } : { kind, rules: reach, instance }];
  });
  const expired = new Set(distinct.flatMap(({ isExpired }, i) => (isExpired ? [i + 1] : [])));
  return entriesOf(web1, ...told).filter(({ version, rules: own }) => own === null || !expired.has(version));
}

function gap(since: Time) {
  return { kind: 'gap' as const, failure: failure('throttled', since) };
}

const regionEntries = fc.uniqueArray(minutes, { maxLength: 4 }).map((found) => {
  const times = found.toSorted((a, b) => a - b).map((minute) => timeOf(minute, 3));
  return entriesOf(
    region,
    ...times.map((time, i): Steps[number] => [time, null, i % 2 === 0 ? gap(time) : { kind: 'gap-over' }]),
  );
});

const scans = fc
  .uniqueArray(fc.record({ minute: minutes, isRead: fc.boolean() }), { maxLength: 8, selector: ({ minute }) => minute })
  .map((found) =>
    found
      .toSorted((a, b) => a.minute - b.minute)
      .map(({ minute, isRead }) => scan(timeOf(minute, 0), { notRead: isRead ? [] : ['eu-west-1#web-1'] })),
  );

export const arbitrarySlice: fc.Arbitrary<HistorySlice> = fc
  .record({ steps: fc.array(step, { maxLength: 8 }), regionEntries, scans })
  .map(({ steps, ...rest }) => sliceOf(toEntries(steps), rest));

/** An instant of that day, mostly one at which something may begin or end. */
export const arbitraryInstant: fc.Arbitrary<string> = fc
  .record({ minute: fc.integer({ min: -5, max: 100 }), ms: fc.constantFrom(-1, 0, 1, 2, 3, 999, 30_000) })
  .map(({ minute, ms }) => at(timeOf(minute, ms)));
