import { describe, expect, test } from '@jest/globals';
import { measureAudience } from '../../../lambda/firewall/rating/measure-audience.ts';

const widths = (...sources: string[]) => {
  const { isWorld4, isWorld6, isVeryWide4, isVeryWide6 } = measureAudience(sources);
  return Object.entries({ isWorld4, isWorld6, isVeryWide4, isVeryWide6 }).flatMap(([name, is]) => (is ? [name] : []));
};

/**
 * The /8 networks whose addresses are all public and assigned. Left out: 0, 10, 127 and 224 to 255, and four that are only partly public.
 */
const plain8 = Array.from({ length: 223 }, (_, i) => i + 1).filter((n) => ![10, 100, 127, 169, 172, 192].includes(n));

describe('the world', () => {
  test('is three quarters of the assigned IPv4 addresses', () => {
    const size = (n: number) => 2 ** n;
    // 256 /8 minus 0, 10, 127 and the 32 from 224 on, minus 100.64/10, 169.254/16, 172.16/12, 192.168/16.
    const routable = (256 - 3 - 32) * size(24) - size(22) - size(16) - size(20) - size(16);
    const isWorld = (count: number) => count * size(24) >= 0.75 * routable;
    for (const count of [164, 165, 166, 167, 168]) {
      expect(widths(...plain8.slice(0, count).map((n) => `${n}.0.0.0/8`)).includes('isWorld4')).toBe(isWorld(count));
    }
    expect([165, 166].map(isWorld)).toEqual([false, true]);
  });

  test('is not made of private, reserved or multicast addresses', () => {
    const almost = plain8.slice(0, 165).map((n) => `${n}.0.0.0/8`);
    const nobody = [
      '0.0.0.0/8',
      '10.0.0.0/8',
      '127.0.0.0/8',
      '224.0.0.0/3',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '100.64.0.0/10',
      '169.254.0.0/16',
    ];
    expect(widths(...almost, ...nobody)).toEqual(['isVeryWide4']);
  });

  test('is three quarters of the assigned IPv6 addresses, whatever else is included', () => {
    expect(widths('2000::/4', '3000::/5')).toEqual(['isWorld6', 'isVeryWide6']);
    expect(widths('2000::/4', '3000::/6', '4000::/2', '8000::/1')).toEqual(['isVeryWide6']);
  });

  test('of one family does not depend on the other family', () => {
    expect(widths('0.0.0.0/0')).toEqual(['isWorld4', 'isVeryWide4']);
    expect(widths('::/0')).toEqual(['isWorld6', 'isVeryWide6']);
  });
});

describe('a very wide network', () => {
  test.each([
    [['12.0.0.0/8'], ['isVeryWide4']],
    [['12.0.0.0/9', '14.0.0.0/9'], ['isVeryWide4']],
    [['12.0.0.0/9', '14.0.0.0/10', '15.0.0.0/11'], []],
    [['100.0.0.0/8'], ['isVeryWide4']],
    [['203.0.113.7/32', '192.0.0.0/8'], ['isVeryWide4']],
    [['10.0.0.0/8'], []],
    [['10.0.0.0/8', '203.0.113.7/32'], []],
    [['127.0.0.0/8', '192.168.0.0/16', '172.16.0.0/12', '169.254.0.0/16', '100.64.0.0/10'], []],
    [['2001:db8::/32'], ['isVeryWide6']],
    [['2001:db8::/33', '2001:db9::/33'], ['isVeryWide6']],
    [['::/32'], ['isVeryWide6']],
    [['2001:db8::/33', '2001:db9::/34', '2001:dba::/35'], []],
    [['fc00::/7'], []],
    [['fc00::/7', 'fe80::/10', '::1/128', '2001:db8::1/128'], []],
    [['fc00::/8', '2001:db8::/32'], ['isVeryWide6']],
    [['alias:office', '12.0.0.0/8'], ['isVeryWide4']],
  ])('%j: %j', (sources, expected) => {
    expect(widths(...sources)).toEqual(expected);
  });
});

describe('public addresses', () => {
  test.each([
    [['203.0.113.7/32'], 1],
    [['203.0.113.0/30', '203.0.113.2/31', '203.0.113.8/32'], 5],
    [['10.0.0.0/8', '192.168.1.1/32', '127.0.0.1/32', '169.254.1.1/32', '100.64.0.1/32', '172.31.0.1/32'], 0],
    [
      ['9.255.255.255/32', '11.0.0.0/32', '172.15.255.255/32', '172.32.0.0/32', '100.63.255.255/32', '100.128.0.0/32'],
      6,
    ],
    [['2001:db8::1/128', 'fd00::1/128', 'fe80::1/128', '::1/128', '::2/128'], 2],
    [['alias:office'], 0],
    [[], 0],
  ])('in %j there are %d', (sources, count) => {
    expect(measureAudience(sources).publicCount).toBe(count);
  });
});
