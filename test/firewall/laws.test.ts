/**
 * The laws of docs/exposure.md on `runs` random pairs of firewalls. Each pair is tested against all laws, because drawing pairs is slow.
 */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  compareFirewalls,
  diffFirewalls,
  exposureOf,
  type FirewallDiff,
  hashExposure,
  type Reach,
} from '../../lambda/firewall/index.ts';
import {
  canonicaliseReach,
  includesReach,
  intersectReach,
  subtractReach,
} from '../../lambda/firewall/sets/canonical-reach.ts';
import { pairs, runs, textOf } from './arbitrary-firewall.ts';
import { expectSame } from './expect-same.ts';
import { findOpinion, type ModelRule, type Opinion } from './oracle.ts';

interface Case {
  opinion: Opinion;
  there: FirewallDiff;
  back: FirewallDiff;
  was: Reach[];
  is: Reach[];
}

function work(a: readonly ModelRule[], b: readonly ModelRule[]): Case {
  const [before, after] = [textOf(a), textOf(b)];
  return {
    opinion: findOpinion(a, b),
    there: diffFirewalls(before, after),
    back: diffFirewalls(after, before),
    was: exposureOf({ rules: before }).reach,
    is: exposureOf({ rules: after }).reach,
  };
}

const laws: Record<string, (one: Case) => void> = {
  'what opened and closed is what brute force finds, in canonical form': ({ opinion, there }) => {
    expectSame([there.opened, there.closed], [opinion.opened, opinion.closed]);
    const verdicts = opinion.opened.length === 0 ? ['identical', 'rewritten', 'narrowed'] : ['widened', 'mixed'];
    const isClosed = there.verdict === 'narrowed' || there.verdict === 'mixed';
    expectSame([verdicts.includes(there.verdict), isClosed], [true, opinion.closed.length > 0]);
  },
  'the other way round, opened and closed change places': ({ there, back }) => {
    expectSame([back.opened, back.closed], [there.closed, there.opened]);
  },
  'an exposure is what brute force finds, in canonical form': ({ opinion, was, is }) => {
    expectSame([was, is], [opinion.before, opinion.after]);
    expectSame(canonicaliseReach([...was, ...was].reverse()), was);
  },
  'exposures have one hash if and only if no point is in one alone': ({ opinion, was, is }) => {
    const isSame = opinion.opened.length + opinion.closed.length === 0;
    expectSame([JSON.stringify(was) === JSON.stringify(is), hashExposure(was) === hashExposure(is)], [isSame, isSame]);
  },
  'what was, less what closed, with what opened, is what is': ({ there, was, is }) => {
    expectSame(canonicaliseReach([...subtractReach(was, there.closed), ...there.opened]), is);
  },
  'what opened was not there, what closed was, and nothing did both': ({ there: { opened, closed }, was }) => {
    expectSame([intersectReach(opened, was), subtractReach(closed, was), intersectReach(opened, closed)], [[], [], []]);
    expectSame([includesReach(was, closed), includesReach(was, opened)], [true, opened.length === 0]);
  },
};

/** If a pair breaks a law, fast-check reduces the pair and reports it. */
test('P2: every law holds on random pairs of firewalls', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const one = work(a, b);
      for (const [law, check] of Object.entries(laws)) {
        try {
          check(one);
        } catch (cause) {
          throw new Error(`broken: ${law}`, { cause });
        }
      }
    }),
    { numRuns: runs },
  );
  expect(Object.keys(laws)).toHaveLength(6);
});

type AddressType = 'ipv4' | 'ipv6' | 'dualstack';

/** The rules without the sources of a family that has no address. Rules that then have no sources are left out. */
function keepFamilies(model: readonly ModelRule[], addressType: AddressType, isDormant: boolean): ModelRule[] {
  const dead = addressType === 'ipv4' ? 6 : addressType === 'ipv6' ? 4 : null;
  return model
    .map((rule) => ({ ...rule, sources: rule.sources.filter(({ family }) => (family === dead) === isDormant) }))
    .filter(({ sources }) => sources.length > 0);
}

const addressTypes = fc.constantFrom<AddressType>('ipv4', 'ipv6', 'dualstack');

test('P2: with any addresses before and after, only what is live opens and closes, and the rest is dormant', () => {
  fc.assert(
    fc.property(pairs, addressTypes, addressTypes, fc.boolean(), ([a, drawn], typeBefore, typeAfter, isSame) => {
      const b = isSame ? a : drawn;
      const live = findOpinion(keepFamilies(a, typeBefore, false), keepFamilies(b, typeAfter, false));
      const [dormantA, dormantB] = [keepFamilies(a, typeBefore, true), keepFamilies(b, typeAfter, true)];
      const { opened, closed, dormant, notes } = compareFirewalls(
        { rules: textOf(a), ipAddressType: typeBefore },
        { rules: textOf(b), ipAddressType: typeAfter },
      );
      const asleep = findOpinion(dormantA, dormantB);
      expectSame([opened, closed, dormant], [live.opened, live.closed, asleep.after]);
      const isOnlyDormant =
        live.opened.length + live.closed.length === 0 && asleep.opened.length + asleep.closed.length > 0;
      expectSame(
        notes.some(({ code }) => code === 'dormant-changed'),
        isOnlyDormant,
      );
    }),
    { numRuns: runs },
  );
});
