/** The short path of `exposed`: an instance whose history is not read would have had no opening in the answer. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findOpenSpans } from '../../../cli/questions/certainty-of-open-ports.ts';
import type { HistorySlice } from '../../../cli/questions/history-slice.ts';
import type { PortQuery } from '../../../cli/questions/port-query.ts';
import { type PresentFleet, requiresHistory } from '../../../cli/questions/requires-history.ts';
import { exposureOf } from '../../../lambda/firewall/index.ts';
import type { PortState } from '../../../lambda/firewall/rules/port-state.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import type { LatestState } from '../../../lambda/history/latest-state.ts';
import { firewalls, textOf } from '../../firewall/arbitrary-firewall.ts';
import { stateOf } from '../../scan/entries.ts';
import { depth } from '../../support/depth.ts';
import { arbitraryInstant, arbitrarySlice } from './arbitrary-history.ts';
import { at, entriesOf, factsOf, failure, open, region, scan, sliceOf, web1 } from './build-history.ts';

/** Everything that an answer of Lightsail can hold, also rules with a field or a protocol that is not known, and rules without ports. */
const rules: fc.Arbitrary<PortState[]> = fc
  .tuple(
    firewalls,
    fc.array(fc.constantFrom({}, {}, {}, { futureField: 'x' }, { state: 'closed' }, { fromPort: undefined })),
  )
  .map(([firewall, odd]) => textOf(firewall).map((rule, i) => ({ ...rule, ...odd[i] }) as PortState));

const firewall = fc.record({ rules, ipAddressType: fc.constantFrom('dualstack', 'ipv4', 'ipv6', 'ipv8', null) });

const query: fc.Arbitrary<PortQuery> = fc
  .record({
    protocol: fc.constantFrom('tcp', 'udp', 'icmp', 'icmpv6', 'other', null),
    from: fc.constantFrom(0, 1, 22, 80, 768, 2048),
    more: fc.constantFrom(0, 1, 20, 255, 65_535),
    source: fc.constantFrom(
      null,
      null,
      '10.0.0.20',
      '10.0.0.16/30',
      '0.0.0.0/0',
      '2001:db8::11',
      '::ffff:0:0/96',
      '::/0',
    ),
  })
  .map(({ protocol, from, more, source }) => ({ protocol, from, to: Math.min(65_535, from + more), source }));

/** The history of a random instance, its firewalls replaced in turn by random ones. */
const slices = fc.tuple(arbitrarySlice, fc.array(firewall, { minLength: 1, maxLength: 4 })).map(([slice, drawn]) => ({
  ...slice,
  entries: slice.entries.map((entry, i): HistoryEntry => {
    const own = drawn[i % drawn.length];
    if (entry.rules === null || own === undefined) return entry;
    const instance = { ...(entry.instance ?? factsOf()), ipAddressType: own.ipAddressType };
    return { ...entry, rules: own.rules, instance };
  }),
}));

const never = at('09:00');
const failing = { ...failure('throttled', '09:00'), sinceScan: 1, confirmedAt: null, gapAt: null };

/** The latest states as the scan that wrote the history leaves them. `isDeleted`: the state of a gone instance is deleted after a day. */
function fleetOf({ entries, regionEntries, scans }: HistorySlice, isDeleted: boolean): PresentFleet {
  const lastScan = scans.at(-1) ?? null;
  const [ofRegion, last, read] = [
    regionEntries.at(-1),
    entries.at(-1),
    entries.findLast((entry) => entry.rules !== null),
  ];
  const states = ofRegion === undefined ? [] : [stateOf(ofRegion, failureAfter(ofRegion))];
  if (last === undefined) return { states, departed: [], lastScan };
  const isGone = last.kind === 'gone';
  if (isGone && isDeleted)
    return { states, departed: [{ resource: web1, arn: null, firstSeenAt: never, goneAt: last.at }], lastScan };
  const inForce = { instance: read?.instance ?? null, rules: read?.rules ?? null, rulesAt: read?.at ?? null };
  const state = stateOf(last, { ...inForce, ...failureAfter(last), ...(isGone && { status: 'gone' }) });
  return { states: [...states, state], departed: [], lastScan };
}

const failureAfter = ({ kind }: HistoryEntry): Partial<LatestState> =>
  kind === 'gap' ? { status: 'unknown', failure: failing } : {};

test('P7: what the short path leaves out has no opening in the history, whatever is not understood', () => {
  const counts = { skipped: 0, open: 0 };
  const instants = fc.oneof(arbitraryInstant, fc.constant(at('12:00')));
  fc.assert(
    fc.property(slices, instants, query, fc.boolean(), (slice, from, asked, isDeleted) => {
      const openings = findOpenSpans(slice, { from, until: new Date(Date.parse(from) + 1).toISOString() }, asked);
      const isRead = requiresHistory(fleetOf(slice, isDeleted), from, asked)(web1);
      if (!isRead) expect(openings).toEqual([]);
      counts.skipped += isRead ? 0 : 1;
      counts.open += openings.length > 0 ? 1 : 0;
    }),
    { numRuns: depth({ quick: 400, full: 10_000 }) },
  );
  expect(counts.skipped).toBeGreaterThan(0);
  expect(counts.open).toBeGreaterThan(0);
});

test('P7: of a firewall that a scan confirmed, the short path reads the history if the port is open, or if a rule is not understood', () => {
  const until = at('10:06');
  fc.assert(
    fc.property(firewall, query, ({ rules: own, ipAddressType }, asked) => {
      const instance = { ...factsOf(), ipAddressType };
      const isUnderstood = exposureOf({ rules: own, ipAddressType }).notes.length === 0;
      const entries = entriesOf(web1, ['10:00', null, { kind: 'baseline', rules: own, instance }]);
      const slice = sliceOf(entries, { scans: [scan('10:00'), scan('10:05')] });
      const openings = findOpenSpans(slice, { from: until, until: at('10:06:01') }, asked);
      expect(requiresHistory(fleetOf(slice, false), until, asked)(web1)).toBe(!isUnderstood || openings.length > 0);
    }),
    { numRuns: depth({ quick: 150, full: 5_000 }) },
  );
});

const ssh = { kind: 'baseline', rules: open('22'), instance: factsOf() } as const;
const noRules = { kind: 'changed', rules: open(), instance: factsOf() } as const;
const gone = { kind: 'gone', instance: factsOf() } as const;
const gap = { kind: 'gap', failure: failure('throttled', '10:05:10') } as const;

test.each<[string, HistorySlice, boolean]>([
  ['a newer entry closes the port', sliceOf(entriesOf(web1, ['10:00', null, ssh], ['10:06', '10:05', noRules])), false],
  ['the instance is gone since', sliceOf(entriesOf(web1, ['10:00', null, ssh], ['10:06', '10:05', gone])), true],
  [
    'a newer entry of the region ends a gap',
    sliceOf(entriesOf(web1, ['10:00', null, noRules]), {
      regionEntries: entriesOf(region, ['10:05:10', '10:05', gap], ['10:06', null, { kind: 'gap-over' }]),
    }),
    false,
  ],
])('P4: the history is read if, after the last scan, %s', (_, history, isDeleted) => {
  const slice = { ...history, scans: [scan('10:00'), scan('10:05')] };
  const asked: PortQuery = { protocol: 'tcp', from: 22, to: 22, source: null };
  const instant = { from: at('10:05:20'), until: at('10:05:20.1') };
  expect(findOpenSpans(slice, instant, asked)).toHaveLength(1);
  expect(requiresHistory(fleetOf(slice, isDeleted), instant.from, asked)(web1)).toBe(true);
});
