import { BlockList } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findOpenSpans } from '../../../cli/questions/certainty-of-open-ports.ts';
import { diffStates } from '../../../cli/questions/diff-states.ts';
import { exposureSpans, type Span } from '../../../cli/questions/exposure-spans.ts';
import type { HistorySlice } from '../../../cli/questions/history-slice.ts';
import type { PortQuery } from '../../../cli/questions/port-query.ts';
import { stateAt } from '../../../cli/questions/state-at.ts';
import type { Reach } from '../../../lambda/firewall/index.ts';
import { depth } from '../../support/depth.ts';
import { arbitraryInstant, arbitrarySlice } from './arbitrary-history.ts';

const runs = { numRuns: depth({ quick: 40, full: 150 }) };
const door: fc.Arbitrary<PortQuery> = fc.record({
  protocol: fc.constantFrom('tcp', null),
  from: fc.constantFrom(0, 22, 23),
  to: fc.constantFrom(22, 443, 65535),
  source: fc.constantFrom(null, '203.0.113.7', '203.0.112.7', '203.0.112.0/22', '2001:db8::1'),
});
const span: fc.Arbitrary<Span> = fc.tuple(arbitraryInstant, arbitraryInstant).map(([a, b]) => {
  return a < b ? { from: a, until: b } : { from: b, until: a };
});

const isWithin = ({ from, until }: Span, at: string) => from <= at && at < until;

/** Some instants of a span: its ends, and the given instants inside the span. */
const instantsIn = ({ from, until }: Span, drawn: readonly string[]) => [
  from,
  new Date(Date.parse(until) - 1).toISOString(),
  ...drawn.filter((at) => isWithin({ from, until }, at)),
];

describe('laws of the answers', () => {
  test('the spans cover the requested time without overlap, and neighbouring spans differ', () => {
    fc.assert(
      fc.property(arbitrarySlice, span, (slice, asked) => {
        const spans = exposureSpans(slice, asked);
        expect(spans.map(({ from }) => from)).toEqual(
          asked.from === asked.until ? [] : [asked.from, ...spans.slice(0, -1).map(({ until }) => until)],
        );
        if (asked.from < asked.until) expect(spans.at(-1)?.until).toBe(asked.until);
        for (const [i, { from, until, ...said }] of spans.entries()) {
          expect(from < until).toBe(true);
          const { from: _, until: __, ...before } = spans[i - 1] ?? { from, until };
          expect(said).not.toEqual(before);
        }
      }),
      runs,
    );
  });

  test('the state at each instant of a span is the state of the span', () => {
    fc.assert(
      fc.property(arbitrarySlice, span, fc.array(arbitraryInstant), (slice, asked, drawn) => {
        for (const { from, until, kind, reach, entry, snapshot, gap, either, transients } of exposureSpans(
          slice,
          asked,
        )) {
          for (const at of instantsIn({ from, until }, drawn)) {
            const state = stateAt(slice, at);
            expect(state.entry === entry && state.snapshot === snapshot).toBe(true);
            expect(state.either.map((other) => other.entry.version)).toEqual(
              either.map((other) => other.entry.version),
            );
            expect(state.transients.map(({ version }) => version)).toEqual(transients.map(({ version }) => version));
            expect(state.gap).toEqual(gap);
            expect(state.exposure?.reach ?? []).toEqual(reach);
            const isWatched = state.status !== 'not-seen-yet' || state.exposure !== null;
            const isOne = state.status === 'unknown' || state.either.length === 0;
            expect(kind).toBe(isWatched ? (isOne ? state.status : 'either') : 'not-watched');
          }
        }
      }),
      runs,
    );
  });

  test('a state is unknown in a gap, and only there; confirmations are before and after it', () => {
    fc.assert(
      fc.property(arbitrarySlice, arbitraryInstant, (slice, at) => {
        const { status, gap, exposure, confirmedBefore, confirmedAfter, transients, snapshot } = stateAt(slice, at);
        expect(gap !== null).toBe(status === 'unknown');
        if (status === 'known' || status === 'gone') expect(exposure).not.toBeNull();
        if (status === 'known') expect(snapshot?.rules).toBeInstanceOf(Array);
        if (confirmedBefore !== null) expect(confirmedBefore <= at).toBe(true);
        if (confirmedAfter !== null) expect(confirmedAfter > at).toBe(true);
        if (gap?.until != null) expect(gap.until > at).toBe(true);
        expect(transients.every(({ kind }) => kind === 'flapped')).toBe(true);
      }),
      runs,
    );
  });

  test('a port is certainly open exactly if one address exists that every possible state at that instant lets in', () => {
    fc.assert(
      fc.property(arbitrarySlice, span, door, fc.array(arbitraryInstant), (slice, asked, through, drawn) => {
        const spans = findOpenSpans(slice, asked, through);
        for (const [i, one] of spans.entries()) expect((spans[i - 1]?.until ?? asked.from) <= one.from).toBe(true);
        const instants = spans.flatMap((one) => instantsIn(one, []));
        for (const at of [...instants, ...drawn].filter((one) => isWithin(asked, one))) {
          const found = spans.find((one) => isWithin(one, at));
          expect([at, found?.certainty ?? 'shut']).toEqual([at, judgeDoor(slice, at, through)]);
        }
      }),
      runs,
    );
  });

  test('what opened between two instants is what closed if the instants are exchanged', () => {
    fc.assert(
      fc.property(arbitrarySlice, arbitraryInstant, arbitraryInstant, (slice, one, other) => {
        const [a, b] = [stateAt(slice, one), stateAt(slice, other)];
        expect(diffStates(a, a)).toMatchObject({
          verdict: a.exposure === null ? 'unknown' : 'identical',
          opened: [],
          closed: [],
          isOtherInstance: false,
        });
        const there = diffStates(a, b);
        expect(diffStates(b, a)).toMatchObject({ opened: there.closed, closed: there.opened, isSure: there.isSure });
      }),
      runs,
    );
  });

  test('later entries never replace a known state by another one; they can only make it less certain, or confirm it', () => {
    fc.assert(
      fc.property(arbitrarySlice, arbitraryInstant, fc.nat(8), (slice, at, length) => {
        const until = slice.entries[length]?.at ?? '9';
        if (until <= at) return;
        const earlier = { ...slice, entries: slice.entries.slice(0, length) };
        const [then, now] = [stateAt(earlier, at), stateAt(slice, at)];
        if (now.gap?.reason === 'expired' || then.gap?.reason === 'expired') return;
        // A gap that is recorded later began with the first failed scan.
        if (now.status !== 'unknown') expect(then.status).toBe(now.status);
        // Only the first entry shows the time from which the instance was watched.
        if (length > 0 && now.exposure !== null) expect(then.exposure).toEqual(now.exposure);
        expect(now.either.slice(0, then.either.length)).toEqual(then.either);
      }),
      runs,
    );
  });
});

/** The expected result for one instant, case by case, from the definition of `Certainty`. */
function judgeDoor(slice: HistorySlice, at: string, through: PortQuery): string {
  const { status, exposure, either, transients } = stateAt(slice, at);
  const isUnknown = status === 'unknown' || exposure === null;
  const states = [exposure?.reach ?? null, ...either.map((other) => other.exposure?.reach ?? null)];
  const points = pointsIn(through);
  const isIn = (reach: readonly Reach[] | null, point: Point) => reach !== null && holds(reach, point);
  const isSure = (point: Point) =>
    (!isUnknown &&
      states.every((reach) => isIn(reach, point)) &&
      !transients.some(({ closed }) => isIn(closed, point))) ||
    transients.some(({ opened }) => isIn(opened, point));
  if (points.some(isSure)) return 'open';
  if (isUnknown && points.some((point) => isIn(exposure?.reach ?? null, point))) return 'last-known';
  if (points.some((point) => states.some((reach) => isIn(reach, point)))) return 'either';
  const isUntold = transients.some(({ opened, closed }) => opened.length + closed.length === 0);
  return isUnknown || states.includes(null) || isUntold ? 'unknown' : 'shut';
}

interface Point {
  port: number;
  address: string;
}

/** One port and one address of every kind that the rules and queries of these histories distinguish. */
const ports = [22, 443, 3306];
const addresses = ['203.0.113.7', '203.0.112.7', '203.0.114.7', '10.1.2.3', '8.8.8.8', '2001:db8::1'];

function pointsIn({ from, to, source }: PortQuery): Point[] {
  return ports
    .filter((port) => from <= port && port <= to)
    .flatMap((port) => addresses.map((address) => ({ port, address })))
    .filter(({ address }) => source === null || isInside(address, source));
}

function holds(reach: readonly Reach[], { port, address }: Point): boolean {
  return reach.some(
    ({ protocol, from, to, sources }) =>
      protocol === 'tcp' && from <= port && port <= to && sources.some((source) => isInside(address, source)),
  );
}

const blocks = new Map<string, BlockList>();

function isInside(address: string, source: string): boolean {
  const [base = '', prefix = base.includes(':') ? '128' : '32'] = source.split('/');
  const block = blocks.get(source) ?? new BlockList();
  if (!blocks.has(source)) block.addSubnet(base, Number(prefix), base.includes(':') ? 'ipv6' : 'ipv4');
  blocks.set(source, block);
  return block.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}
