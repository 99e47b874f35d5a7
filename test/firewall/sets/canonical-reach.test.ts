import { describe, expect, test } from '@jest/globals';
import {
  canonicaliseReach,
  includesReach,
  intersectReach,
  subtractReach,
} from '../../../lambda/firewall/sets/canonical-reach.ts';
import type { Reach } from '../../../lambda/firewall/sets/reach.ts';

const tcp = (from: number, to: number, ...sources: string[]): Reach => ({ protocol: 'tcp', from, to, sources });

describe('the canonical form of a reach', () => {
  test.each<[string, Reach[], Reach[]]>([
    ['nothing is nothing', [], []],
    [
      'neighbouring ports with equal sources join',
      [tcp(81, 90, '10.0.0.0/8'), tcp(80, 80, '10.0.0.0/8')],
      [tcp(80, 90, '10.0.0.0/8')],
    ],
    ['two halves of a network join', [tcp(22, 22, '10.0.0.0/9', '10.128.0.0/9')], [tcp(22, 22, '10.0.0.0/8')]],
    [
      'overlapping ports are cut where the sources change',
      [tcp(20, 30, '10.0.0.0/8'), tcp(25, 40, '192.0.2.0/24')],
      [tcp(20, 24, '10.0.0.0/8'), tcp(25, 30, '10.0.0.0/8', '192.0.2.0/24'), tcp(31, 40, '192.0.2.0/24')],
    ],
    [
      'IPv4 comes before IPv6, and IPv6 is in the text of RFC 5952',
      [tcp(22, 22, '2001:DB8:0:0::/32', '10.0.0.0/8')],
      [tcp(22, 22, '10.0.0.0/8', '2001:db8::/32')],
    ],
    [
      'protocols keep apart',
      [{ ...tcp(53, 53, '10.0.0.0/8'), protocol: 'udp' }, tcp(53, 53, '10.0.0.0/8')],
      [tcp(53, 53, '10.0.0.0/8'), { ...tcp(53, 53, '10.0.0.0/8'), protocol: 'udp' }],
    ],
  ])('%s', (_, reach, canonical) => {
    expect(canonicaliseReach(reach)).toEqual(canonical);
    expect(canonicaliseReach(canonical)).toEqual(canonical);
  });
});

describe('two reaches', () => {
  const [all, part] = [[tcp(0, 65_535, '0.0.0.0/0')], [tcp(22, 22, '128.0.0.0/1')]];

  test('the difference holds the points of the first that are not in the second', () => {
    expect(subtractReach(all, part)).toEqual([
      tcp(0, 21, '0.0.0.0/0'),
      tcp(22, 22, '0.0.0.0/1'),
      tcp(23, 65_535, '0.0.0.0/0'),
    ]);
    expect(subtractReach(part, all)).toEqual([]);
  });

  test('the intersection holds the points of both', () => {
    expect(intersectReach(all, part)).toEqual(part);
    expect(intersectReach(part, [tcp(22, 22, '10.0.0.0/8')])).toEqual([]);
  });

  test('the whole includes a part, and a part does not include the whole', () => {
    expect([includesReach(all, part), includesReach(part, all), includesReach(part, [])]).toEqual([true, false, true]);
  });
});
