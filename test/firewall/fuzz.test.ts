/** Any JSON in place of an answer: no function throws, and nothing is dropped. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSettings } from '../../lambda/contract/settings-schema.ts';
import {
  compareFirewalls,
  defaultRatingPolicy,
  describeReach,
  diffFirewalls,
  exposureOf,
  findExpected,
  hashExposure,
  hashRules,
  type PortState,
  rankOpen,
  rateDeletedInstance,
  rateExposure,
  renderPhrase,
} from '../../lambda/firewall/index.ts';
import { canonicaliseReach } from '../../lambda/firewall/sets/canonical-reach.ts';
import { depth } from '../support/depth.ts';
import { expectSame } from './expect-same.ts';

/** Number of random values in place of rules. */
const fuzzValues = depth({ quick: 150, full: 100_000, deep: 1_000_000 });

/** Pieces of JSON from which answers are built. Drawing whole values would be too slow for a million runs. */
const hostile = [
  ...['"__proto__"', '"constructor"', '"toString"', '"tcp"', '"udp"', '"all"', '"-1"', '"icmp"', '"open"', '"closed"'],
  ...['"0.0.0.0/0"', '"::/0"', '"10.0.0.0/33"', '"10.1.2.3/8"', '"lightsail-connect"', '""', '"\\u0000"', '"\\n"'],
  ...['"\\ud800"', '"\\u202e"', '"<script>"', '"$(reboot)"', '"\\ufeff"', `"${'a'.repeat(2000)}"`, '"9"', '"1,2"'],
  ...['null', 'true', 'false', '0', '-0', '-1', '22', '65535', '65536', '0.5', '1e308', '1e999', '9007199254740991'],
  ...['[]', '{}', '[[]]', '[null]', '{"__proto__":{"cidrs":["::/0"]}}', '{"length":3}', '{"toJSON":1,"toString":2}'],
];
const keys = ['protocol', 'fromPort', 'toPort', 'state', 'cidrs', 'ipv6Cidrs', 'cidrListAliases', '__proto__', 'x', ''];

/** Builds one value from a few random numbers: a scalar, a list, a rule with any fields, or a rule that is almost correct. */
function build(numbers: readonly number[]): string {
  const [kind = 0, ...rest] = numbers;
  const pick = (n: number) => hostile[n % hostile.length]!;
  if (kind % 8 === 0) return pick(rest[0]!);
  if (kind % 8 === 1) return `[${rest.map(pick).join()}]`;
  const fields = rest.map((n, i) => {
    const value = n % 3 === 0 ? `[${pick(n >> 4)},${pick(n >> 9)}]` : pick(n >> 4);
    return `${JSON.stringify(keys[(kind + i) % keys.length])}:${value}`;
  });
  return `{${fields.join()}}`;
}

const value = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.array(fc.nat(0xffff), { minLength: 2, maxLength: 8 }).map((n): unknown => JSON.parse(build(n))),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

test('P7: any JSON in place of rules is read, kept and compared without a throw', () => {
  let seen = 0;
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 6 }), fc.nat(3), (all, split) => {
      seen += all.length;
      const [before, after] = [all.slice(split) as PortState[], all.slice(0, split + 1) as PortState[]];
      const diff = diffFirewalls(before, after);
      expectSame(canonicaliseReach(diff.opened), diff.opened);
      compareFirewalls({ rules: before, ipAddressType: 'ipv4' }, { rules: after, ipAddressType: 'ipv6' });
    }),
    { numRuns: Math.ceil(fuzzValues / 3) },
  );
  expect(seen).toBeGreaterThan(fuzzValues);
});

test('P7: no rule is dropped: a single rule lets something through, or has a note', () => {
  fc.assert(
    fc.property(value, value, value, (rule, second, third) => {
      const { reach, notes } = exposureOf({ rules: [rule as PortState] });
      if (reach.length === 0) expect(notes.map(({ code }) => code)).toContain('state-closed');
      expectSame(diffFirewalls([], [rule as PortState]).verdict, reach.length === 0 ? 'rewritten' : 'widened');
      expectSame(hashExposure(reach).length, 64);
      const [one, other] = [[rule, second] as PortState[], [second, rule, third] as PortState[]];
      expectSame(diffFirewalls(one, other).verdict === 'identical', hashRules(one) === hashRules(other));
      expectSame(diffFirewalls(one, one.toReversed()).verdict, 'identical');
    }),
    { numRuns: fuzzValues / 10 },
  );
});

test('P7: any exposure can be rated, checked against expected changes and described in printable text', () => {
  fc.assert(
    fc.property(value, value, (rule, entry) => {
      const exposure = exposureOf({ rules: [rule as PortState], ipAddressType: 'ipv4' });
      const { reach } = exposure;
      const { reason } = rateExposure(exposure, defaultRatingPolicy);
      const { phrases } = describeReach(reach, rankOpen(exposure, defaultRatingPolicy), { background: reach });
      const said = [reason, rateDeletedInstance(reach).reason, ...phrases.map(renderPhrase)].join('');
      expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      const expected = parseSettings({ expected: [entry] }).data?.expected ?? [];
      const change = { opened: reach, closed: [], notes: exposure.notes };
      findExpected(change, { instanceName: 'a', region: 'b' }, expected, '2026-01-01');
    }),
    { numRuns: fuzzValues / 10 },
  );
});

test('P7: values nested deeper than the stack are compared like other values', () => {
  const nest = (leaf: number) => {
    let deep: unknown = leaf;
    for (let i = 0; i < depth({ quick: 6_000, full: 20_000 }); i += 1) deep = i % 2 ? [deep] : { a: deep };
    return deep;
  };
  expect(() => JSON.stringify(nest(1))).toThrow(RangeError);
  const rule = (leaf: number) => ({ protocol: nest(leaf), cidrs: [nest(leaf)], x: nest(leaf) }) as unknown as PortState;
  expect(diffFirewalls([rule(1)], [rule(1)]).verdict).toBe('identical');
  expect(diffFirewalls([rule(1)], [rule(2)]).verdict).toBe('mixed');
  expect(diffFirewalls([nest(1) as PortState], [nest(2) as PortState]).verdict).toBe('mixed');
});

test('far more rules and sources than the quota of 60 still work', () => {
  const count = depth({ quick: 1000, full: 5000 });
  const cidrs = (offset: number) =>
    Array.from({ length: count }, (_, i) => `10.${i % 200}.${(i * 7) % 256}.${(2 * i + offset) % 256}/32`);
  const one = (sources: string[]) => [{ protocol: 'tcp', fromPort: 22, toPort: 22, cidrs: sources }];
  const diff = diffFirewalls(one(cidrs(0)), one(cidrs(1)));
  expect(diff.verdict).toBe('mixed');
  expect(diff.opened[0]!.sources).toHaveLength(new Set(cidrs(1)).size);
  const many = Array.from({ length: count }, (_, i) => {
    return { protocol: 'tcp', fromPort: i * 2, toPort: i * 2, cidrs: [`x${i}`] };
  });
  expect(diffFirewalls([], many).opened).toHaveLength(count);
  expect(diffFirewalls([], many).notes).toHaveLength(count);
});

test('far more sources in one rule than a call can have arguments overflow no stack', () => {
  const count = depth({ quick: 150_000, full: 200_000 });
  const cidrs = Array.from({ length: count }, (_, i) => `s${i}`);
  const [opened] = diffFirewalls([], [{ protocol: 'tcp', fromPort: 1, toPort: 1, cidrs }]).opened;
  expect(opened!.sources).toHaveLength(count);
});
