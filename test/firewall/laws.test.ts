/** The laws of docs/exposure.md, each on `runs` random pairs of firewalls. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicaliseReach, intersectReach, subtractReach } from '../../lambda/firewall/canonical-reach.ts';
import { diffFirewalls, exposureOf, hashExposure, type Verdict } from '../../lambda/firewall/index.ts';
import { pairs, runs, textOf } from './arbitrary-firewall.ts';
import { expectSame } from './expect-same.ts';
import { findOpinion, type Opinion } from './oracle.ts';

/** Two busy cores: 10,000 runs take some 10 seconds. */
const timeoutMs = runs * 12;

test(
  'P2: what opened and what closed is exactly what brute force finds, in canonical form, either way round',
  () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const opinion = findOpinion(a, b);
        const there = diffFirewalls(textOf(a), textOf(b));
        expectSame({ opened: there.opened, closed: there.closed }, { opened: opinion.opened, closed: opinion.closed });
        expect(allowedVerdicts(opinion)).toContain(there.verdict);
        const back = diffFirewalls(textOf(b), textOf(a));
        expectSame({ opened: back.opened, closed: back.closed }, { opened: there.closed, closed: there.opened });
      }),
      { numRuns: runs },
    );
  },
  timeoutMs,
);

function allowedVerdicts({ opened, closed }: Opinion): Verdict[] {
  if (opened.length === 0) return closed.length === 0 ? ['identical', 'rewritten'] : ['narrowed'];
  return closed.length === 0 ? ['widened'] : ['mixed'];
}

test(
  'P2: exposures are canonical: equal as text and as hash if and only if brute force finds the same sets',
  () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const opinion = findOpinion(a, b);
        const [was, is] = [exposureOf({ rules: textOf(a) }).reach, exposureOf({ rules: textOf(b) }).reach];
        expectSame([was, is], [opinion.before, opinion.after]);
        const isSame = opinion.opened.length === 0 && opinion.closed.length === 0;
        expect(JSON.stringify(was) === JSON.stringify(is)).toBe(isSame);
        expect(hashExposure(was) === hashExposure(is)).toBe(isSame);
        expectSame(canonicaliseReach([...was, ...was].reverse()), was);
      }),
      { numRuns: runs },
    );
  },
  timeoutMs,
);

test(
  'what was there, less what closed, with what opened, is what is there; nothing both opens and closes',
  () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [before, after] = [textOf(a), textOf(b)];
        const { opened, closed } = diffFirewalls(before, after);
        const [was, is] = [exposureOf({ rules: before }).reach, exposureOf({ rules: after }).reach];
        expectSame(canonicaliseReach([...subtractReach(was, closed), ...opened]), is);
        expectSame(intersectReach(opened, closed), []);
        expectSame(intersectReach(opened, was), []);
        expectSame(subtractReach(closed, was), []);
      }),
      { numRuns: runs },
    );
  },
  timeoutMs,
);
