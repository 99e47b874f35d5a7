import { describe, expect, test } from '@jest/globals';
import { type ExposureSpan, exposureSpans } from '../../../cli/questions/exposure-spans.ts';
import { at, entriesOf, exposure, failure, open, region, scan, sliceOf, web1 } from './build-history.ts';

const baseline = ['10:00:01', null, { kind: 'baseline', rules: open('22') }] as const;
const changed = ['10:10:01', '10:05', { kind: 'changed', rules: open('443') }] as const;

const outline = (spans: readonly ExposureSpan[]) =>
  spans.map(({ from, until, kind }) => `${from.slice(11, 23)} ${until.slice(11, 23)} ${kind}`);

describe('P6: all states of an instance over a span', () => {
  test('is cut where a window begins and where it ends', () => {
    const slice = sliceOf(entriesOf(web1, [...baseline], [...changed], ['10:20:01', '10:15', { kind: 'gone' }]));
    const spans = exposureSpans(slice, { from: at('10:02'), until: at('11:00') });
    expect(outline(spans)).toEqual([
      '10:02:00.000 10:05:00.001 known',
      '10:05:00.001 10:10:01.000 either',
      '10:10:01.000 10:15:00.001 known',
      '10:15:00.001 10:20:01.000 either',
      '10:20:01.000 11:00:00.000 gone',
    ]);
    expect(spans.map(({ reach, maybe }) => ({ reach, maybe }))).toEqual([
      { reach: exposure(open('22')).reach, maybe: [] },
      { reach: exposure(open('22')).reach, maybe: exposure(open('443')).reach },
      { reach: exposure(open('443')).reach, maybe: [] },
      { reach: exposure(open('443')).reach, maybe: [] },
      { reach: [], maybe: [] },
    ]);
  });

  test('is not watched before the first entry of the first listing, and not seen yet after a scan that did not find the instance', () => {
    const spans = exposureSpans(sliceOf(entriesOf(web1, [...baseline])), { from: at('09:00'), until: at('10:01') });
    expect(outline(spans)).toEqual(['09:00:00.000 10:00:01.000 not-watched', '10:00:01.000 10:01:00.000 known']);
    const later = entriesOf(web1, ['10:10:01', '10:05', { kind: 'appeared', rules: open('22') }]);
    const slice = sliceOf(later, { scans: [scan('10:00'), scan('10:05')] });
    expect(outline(exposureSpans(slice, { from: at('09:00'), until: at('10:11') }))).toEqual([
      '09:00:00.000 10:00:10.000 not-watched',
      '10:00:10.000 10:05:00.001 not-seen-yet',
      '10:05:00.001 10:10:01.000 either',
      '10:10:01.000 10:11:00.000 known',
    ]);
  });

  test('is unknown in gaps of the instance and of its region, with what was last known', () => {
    const regionEntries = entriesOf(
      region,
      ['10:00:02', null, { kind: 'baseline' }],
      ['10:30:01', '10:20', { kind: 'gap', failure: failure('throttled', '10:25') }],
      ['10:40:01', '10:20', { kind: 'gap-over' }],
    );
    const gap = ['10:10:01', '10:00', { kind: 'gap', failure: failure('throttled', '10:05') }] as const;
    const over = ['10:20:01', '10:00', { kind: 'gap-over' }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...gap], [...over]), { regionEntries });
    const spans = exposureSpans(slice, { from: at('10:04'), until: at('10:45') });
    expect(outline(spans)).toEqual([
      '10:04:00.000 10:05:00.000 known',
      '10:05:00.000 10:10:01.000 unknown',
      '10:10:01.000 10:20:01.000 unknown',
      '10:20:01.000 10:25:00.000 known',
      '10:25:00.000 10:40:01.000 unknown',
      '10:40:01.000 10:45:00.000 known',
    ]);
    expect(spans.every(({ reach }) => reach.length === 1)).toBe(true);
    expect(spans.map((span) => span.gap?.scope)).toEqual([
      undefined,
      'instance',
      'instance',
      undefined,
      'region',
      undefined,
    ]);
  });

  test('is not divided by another entry of the region, or by a transient change at another time', () => {
    const regionEntries = entriesOf(region, ['10:12', null, { kind: 'baseline' }]);
    const aside = { kind: 'flapped', changedAfter: at('09:00'), changedBefore: at('09:01') } as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], ['10:14', null, aside]), { regionEntries });
    expect(outline(exposureSpans(slice, { from: at('10:10'), until: at('10:20') }))).toEqual([
      '10:10:00.000 10:20:00.000 known',
    ]);
  });

  test('has the reach of a transient change, and the reach that was open anyway', () => {
    const transient = {
      kind: 'flapped',
      changedAfter: at('10:06:10'),
      changedBefore: at('10:07:20'),
      opened: exposure(open('3306')).reach,
    } as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], ['10:40:01', null, transient]));
    const spans = exposureSpans(slice, { from: at('10:05'), until: at('10:10') });
    expect(outline(spans)).toEqual([
      '10:05:00.000 10:06:10.000 known',
      '10:06:10.000 10:07:20.001 known',
      '10:07:20.001 10:10:00.000 known',
    ]);
    expect(spans.map(({ flapped }) => flapped)).toEqual([[], exposure(open('3306')).reach, []]);
  });

  test('an empty span has none, nor has a reversed one', () => {
    const slice = sliceOf(entriesOf(web1, [...baseline]));
    expect(exposureSpans(slice, { from: at('10:05'), until: at('10:05') })).toEqual([]);
    expect(exposureSpans(slice, { from: at('10:06'), until: at('10:05') })).toEqual([]);
  });

  test('an instance without history and without scans has one span, in which it was not watched', () => {
    const [only, ...more] = exposureSpans(sliceOf([]), { from: at('10:00'), until: at('11:00') });
    expect(only).toMatchObject({ from: at('10:00'), until: at('11:00'), kind: 'not-watched', reach: [] });
    expect(more).toEqual([]);
  });
});

describe('the parts of a span', () => {
  test('one begins at each entry, also where the exposure stays the same', () => {
    const rewritten = ['10:10:01', '10:05', { kind: 'changed', verdict: 'rewritten', rules: open('22') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...rewritten]));
    const spans = exposureSpans(slice, { from: at('10:02'), until: at('10:30') });
    expect(spans.map(({ entry }) => entry?.version)).toEqual([1, 1, 2]);
  });

  test('holds the notes of its own firewall, and none without one', () => {
    const odd = [{ protocol: 'tcp', fromPort: 22, toPort: 22, cidrs: ['10.0.0.0/33'] }];
    const slice = sliceOf(entriesOf(web1, ['10:00:01', null, { kind: 'baseline', rules: odd }]));
    const [before, known] = exposureSpans(slice, { from: at('09:59'), until: at('10:30') });
    expect([before?.notes, before?.reach]).toEqual([[], []]);
    expect(known?.notes.map(({ code }) => code)).toEqual(exposure(odd).notes.map(({ code }) => code));
    expect(known?.notes).toHaveLength(1);
  });

  test('has the other possible exposure: only beyond the known one, and each port once', () => {
    const two = ['10:10:01', '10:05', { kind: 'changed', rules: open('22', '443') }] as const;
    const slice = sliceOf(entriesOf(web1, [...baseline], [...two]));
    const either = exposureSpans(slice, { from: at('10:02'), until: at('10:30') }).find(
      ({ kind }) => kind === 'either',
    );
    expect(either?.maybe).toEqual(exposure(open('443')).reach);
  });
});
