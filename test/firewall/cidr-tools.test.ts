/** Compares with an independent implementation: cidr-tools has the same set operations on lists of networks. */

import { test } from '@jest/globals';
import { excludeCidr, mergeCidr } from 'cidr-tools';
import fc from 'fast-check';
import { diffFirewalls, type Reach } from '../../lambda/firewall/index.ts';
import { runs } from './arbitrary-firewall.ts';
import { expectSame } from './expect-same.ts';
import { printAddress } from './oracle.ts';

const network4 = fc
  .tuple(fc.nat(2 ** 31 - 1), fc.constantFrom(1, 2, 4, 8, 12, 16, 24, 31, 32))
  .map(([value, length]) => {
    const shift = BigInt(32 - length);
    return `${printAddress(4, ((BigInt(value) * 2n + 1n) >> shift) << shift)}/${length}`;
  });

const network6 = fc
  .tuple(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.constantFrom(1, 2, 3, 16, 64, 127, 128))
  .map(([value, length]) => {
    const shift = BigInt(128 - length);
    return `${printAddress(6, (value >> shift) << shift)}/${length}`;
  });

const networks = fc.array(fc.oneof({ weight: 4, arbitrary: network4 }, { weight: 1, arbitrary: network6 }), {
  minLength: 1,
  maxLength: 8,
});
/** The second list repeats some networks of the first, because independent random networks rarely overlap. */
const pairs = fc
  .tuple(networks, networks, fc.nat(4))
  .map(([a, b, shared]): [string[], string[]] => [a, [...b, ...a.slice(0, shared)]]);

const rules = (cidrs: string[]) => [{ protocol: 'tcp', fromPort: 22, toPort: 22, state: 'open', cidrs }];
const sourcesOf = (reach: readonly Reach[]) => reach.flatMap(({ sources }) => sources).sort();

test('P2: the sources that opened and closed are those that cidr-tools finds', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const { opened, closed } = diffFirewalls(rules(a), rules(b));
      expectSame(sourcesOf(opened), excludeCidr(b, a).sort());
      expectSame(sourcesOf(closed), excludeCidr(a, b).sort());
      expectSame(sourcesOf(diffFirewalls([], rules(a)).opened), mergeCidr(a).sort());
    }),
    { numRuns: runs },
  );
});
