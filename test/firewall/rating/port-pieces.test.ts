import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diffFirewalls, exposureOf, type Reach } from '../../../lambda/firewall/index.ts';
import { cutPieces } from '../../../lambda/firewall/rating/port-pieces.ts';
import { canonicaliseReach } from '../../../lambda/firewall/sets/canonical-reach.ts';
import { pairs, runs, textOf } from '../arbitrary-firewall.ts';
import { expectSame } from '../expect-same.ts';

const tcp = (from: number, to: number, ...sources: string[]): Reach => ({ protocol: 'tcp', from, to, sources });

test('what opened is cut at every port at which the exposure before or after begins, ends or changes', () => {
  const before = [tcp(10, 12, 'alias:a'), tcp(15, 16, 'alias:b'), tcp(20, 40, 'alias:c')];
  const after = [tcp(5, 9, 'alias:d'), tcp(10, 20, 'alias:e'), tcp(21, 30, 'alias:f')];
  const piece = (from: number, to: number, was: string[], is: string[]) => {
    return { protocol: 'tcp', from, to, opened: ['10.0.0.0/8'], before: was, after: is };
  };
  expect(cutPieces([tcp(8, 22, '10.0.0.0/8')], before, after)).toEqual([
    piece(8, 9, [], ['alias:d']),
    piece(10, 12, ['alias:a'], ['alias:e']),
    piece(13, 14, [], ['alias:e']),
    piece(15, 16, ['alias:b'], ['alias:e']),
    piece(17, 19, [], ['alias:e']),
    piece(20, 20, ['alias:c'], ['alias:e']),
    piece(21, 22, ['alias:c'], ['alias:f']),
  ]);
});

test('other protocols, and ports that only touch, cut nothing', () => {
  const around: Reach[] = [{ ...tcp(9, 9, 'alias:a'), protocol: 'udp' }, tcp(1, 7, 'alias:b'), tcp(12, 20, 'alias:c')];
  expect(cutPieces([tcp(8, 11, '10.0.0.1/32')], around, [])).toEqual([
    { protocol: 'tcp', from: 8, to: 11, opened: ['10.0.0.1/32'], before: [], after: [] },
  ]);
});

test('the last port alone may be a piece, and pieces ascend whichever side cuts first', () => {
  const cut = (before: Reach[], after: Reach[]) =>
    cutPieces([tcp(1, 9, '10.0.0.1/32')], before, after).map(({ from, to }) => `${from}-${to}`);
  expect(cut([tcp(9, 20, 'alias:a')], [])).toEqual(['1-8', '9-9']);
  expect(cut([tcp(7, 20, 'alias:a')], [tcp(3, 20, 'alias:b')])).toEqual(['1-2', '3-6', '7-9']);
});

function sourcesAt(reach: readonly Reach[], protocol: string, port: number): string[] {
  return reach.find((one) => one.protocol === protocol && one.from <= port && port <= one.to)?.sources ?? [];
}

test('within a piece nothing varies, and the pieces cover what opened', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const { opened } = diffFirewalls(textOf(a), textOf(b));
      const [before, after] = [a, b].map((model) => exposureOf({ rules: textOf(model) }).reach) as [Reach[], Reach[]];
      const pieces = cutPieces(opened, before.toReversed(), after.toReversed());
      expectSame(
        canonicaliseReach(
          pieces.map(({ protocol, from, to, opened: sources }) => ({ protocol, from, to, sources: [...sources] })),
        ),
        opened,
      );
      for (const { protocol, from, to, before: was, after: is } of pieces) {
        for (const port of [from, (from + to) >> 1, to]) {
          expectSame([was, is], [sourcesAt(before, protocol, port), sourcesAt(after, protocol, port)]);
        }
      }
    }),
    { numRuns: runs / 10 },
  );
});
