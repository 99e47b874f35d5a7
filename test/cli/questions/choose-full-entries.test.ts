import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findOpenSpans } from '../../../cli/questions/certainty-of-open-ports.ts';
import { fillEntries, type LightEntry, mustReadFullEntry } from '../../../cli/questions/choose-full-entries.ts';
import type { Span } from '../../../cli/questions/exposure-spans.ts';
import type { HistorySlice } from '../../../cli/questions/history-slice.ts';
import type { PortQuery } from '../../../cli/questions/port-query.ts';
import { diffFirewalls, exposureOf } from '../../../lambda/firewall/index.ts';
import type { PortState } from '../../../lambda/firewall/rules/port-state.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import { depth } from '../../support/depth.ts';
import { arbitraryInstant, arbitrarySlice } from './arbitrary-history.ts';
import { entriesOf, exposure, open, web1 } from './build-history.ts';

const ssh: PortQuery = { protocol: 'tcp', from: 22, to: 22, source: null };

const door: fc.Arbitrary<PortQuery> = fc.record({
  protocol: fc.constantFrom('tcp', 'udp', null),
  from: fc.constantFrom(0, 22, 443, 3306),
  to: fc.constantFrom(22, 443, 3306, 65535),
  source: fc.constantFrom(null, '203.0.113.7', '203.0.112.0/22', '10.0.0.0/24', '2001:db8::1'),
});

/** Rules that the random firewalls do not contain: an unknown field, an unknown protocol, an invalid CIDR, missing sources. */
const oddRules: PortState[][] = [
  open('22').map((rule) => ({ ...rule, keepAlive: true })),
  [{ protocol: 'quic', fromPort: 443, toPort: 443, state: 'open', cidrs: ['0.0.0.0/0'] }],
  [{ protocol: 'tcp', fromPort: 3306, toPort: 3306, state: 'open', cidrs: ['10.0.0.0/33'] }],
  [{ protocol: 'tcp', fromPort: 22, toPort: 443, state: 'open' }],
  [{ protocol: 'all', fromPort: 0, toPort: 65535, state: 'open', ipv6Cidrs: ['::/0'] }],
];

/** Histories in which some firewalls also have unusual rules, and each change has its opened and closed ports, as a scan writes them. */
const saidInFull: fc.Arbitrary<HistorySlice> = fc
  .tuple(arbitrarySlice, fc.array(fc.option(fc.constantFrom(...oddRules), { freq: 1 }), { minLength: 8, maxLength: 8 }))
  .map(([slice, odd]) => {
    let before: PortState[] = [];
    const entries = slice.entries.map((entry, i): HistoryEntry => {
      if (entry.kind === 'gone') before = [];
      if (entry.rules === null) return entry;
      const rules = [...entry.rules, ...(odd[i] ?? [])];
      const { verdict, opened, closed } = diffFirewalls(before, rules);
      before = rules;
      if (entry.kind !== 'changed') return { ...entry, rules, opened: exposureOf({ rules }).reach };
      return { ...entry, rules, verdict, opened, closed };
    });
    return { ...slice, entries };
  });

function toLight({ resource, at, version, kind, verdict, severity, reason, ...rest }: HistoryEntry): LightEntry {
  const { opened, closed, changedAfter, changedBefore, changedBy, expected } = rest;
  const what = { resource, at, version, kind, verdict, severity, reason, opened, closed };
  return { ...what, changedAfter, changedBefore, changedBy, expected };
}

/** The part of a history that is loaded for a question about the ports. */
function loadFor(asked: PortQuery, { entries, ...rest }: HistorySlice, from: string): HistorySlice | null {
  const start = entries.findLast(({ at }) => at <= from);
  const rulesAt = start?.rules === null ? start.previousRulesAt : null;
  const before = entries.filter((entry) => entry === start || entry.at === rulesAt);
  const steps = entries.filter(({ at }) => at > from).map(toLight);
  const needed = new Set(steps.filter((step) => mustReadFullEntry(step, asked)).map(({ at }) => at));
  const whole = new Map(entries.filter(({ at }) => needed.has(at)).map((entry) => [entry.at, entry]));
  const since = fillEntries(before, steps, whole);
  return since === null ? null : { ...rest, entries: [...before, ...since] };
}

/** The fields of an opening that are shown. */
function listOpenings(slice: HistorySlice, span: Span, asked: PortQuery) {
  return findOpenSpans(slice, span, asked).map((opening) => ({ ...opening, entries: opening.entries.map(toLight) }));
}

/** The comparison for `loadFor`: all entries from the entry in force at the start. */
function cutSlice({ entries, ...rest }: HistorySlice, from: string): HistorySlice {
  const first = entries.findLastIndex(({ at }) => at <= from);
  const start = entries[first];
  const snapshot = entries.find(({ at }) => start?.rules === null && at === start.previousRulesAt);
  return { ...rest, entries: [...(snapshot ? [snapshot] : []), ...entries.slice(Math.max(0, first))] };
}

describe('the entries that a port query needs from a history', () => {
  test('P6: the openings for any port query equal those of the whole history, whatever the changes in between', () => {
    let filled = 0;
    fc.assert(
      fc.property(saidInFull, arbitraryInstant, arbitraryInstant, door, (slice, one, other, asked) => {
        const span = one < other ? { from: one, until: other } : { from: other, until: one };
        const light = loadFor(asked, slice, span.from);
        if (light === null) return;
        filled += light.entries.filter(({ commitId }) => commitId === '').length;
        expect(listOpenings(light, span, asked)).toEqual(listOpenings(cutSlice(slice, span.from), span, asked));
      }),
      { numRuns: depth({ quick: 150, full: 1_000 }) },
    );
    expect(filled).toBeGreaterThan(depth({ quick: 0, full: 50 }));
  });

  test('the full entry of a change is read if it opened or closed the port, or if its light form is not complete', () => {
    const [http, sshOpen] = [exposure(open('80')).reach, exposure(open('22 from 10.0.0.0/8')).reach];
    const said = (more: Partial<LightEntry>): LightEntry => {
      const [entry] = entriesOf(web1, ['10:05', '10:00', { kind: 'changed', verdict: 'widened', opened: http }]);
      if (entry === undefined) throw new Error('one was asked for');
      return { ...toLight(entry), ...more };
    };
    expect(mustReadFullEntry(said({}), ssh)).toBe(false);
    expect(mustReadFullEntry(said({ opened: sshOpen }), ssh)).toBe(true);
    expect(mustReadFullEntry(said({ closed: sshOpen }), ssh)).toBe(true);
    expect(mustReadFullEntry(said({ opened: sshOpen }), { ...ssh, source: '192.0.2.1' })).toBe(true);
    expect(mustReadFullEntry(said({ opened: null }), ssh)).toBe(true);
    expect(mustReadFullEntry(said({ closed: null }), ssh)).toBe(true);
    expect(mustReadFullEntry(said({ opened: [] }), ssh)).toBe(true);
    expect(mustReadFullEntry(said({ opened: [], verdict: null }), ssh)).toBe(true);
    expect(mustReadFullEntry(said({ opened: [], verdict: 'rewritten' }), ssh)).toBe(false);
    for (const kind of ['baseline', 'appeared', 'gone', 'gap', 'gap-over', 'flapped'] as const)
      expect(mustReadFullEntry(said({ kind }), ssh)).toBe(true);
  });

  test('P4: no entries are filled in if a version is missing, or if the rules in force at the start are unknown', () => {
    const [first, second, third] = entriesOf(
      web1,
      ['10:00', null, { kind: 'appeared', rules: open('22') }],
      ['10:05', '10:00', { kind: 'changed', rules: open('22', '80') }],
      ['10:10', '10:05', { kind: 'changed', rules: open('22') }],
    );
    if (!first || !second || !third) throw new Error('three were asked for');
    const none = new Map();
    expect(fillEntries([first], [toLight(second), toLight(third)], none)).toMatchObject([
      { at: second.at, rules: first.rules, instance: first.instance },
      { at: third.at, rules: first.rules },
    ]);
    expect(fillEntries([first], [toLight(third)], none)).toBeNull();
    expect(fillEntries([], [toLight(first)], none)).toBeNull();
    expect(fillEntries([], [toLight(second)], none)).toBeNull();
    expect(fillEntries([{ ...first, rules: null }], [toLight(second)], none)).toBeNull();
    expect(fillEntries([{ ...first, kind: 'gone' }], [toLight(second)], none)).toBeNull();
    expect(fillEntries([first], [toLight(second)], new Map([[second.at, second]]))).toEqual([second]);
    const gone: HistoryEntry = { ...second, kind: 'gone', rules: null };
    expect(fillEntries([first], [toLight(gone), toLight(third)], new Map([[gone.at, gone]]))).toBeNull();
  });
});
