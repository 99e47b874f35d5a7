import { describe, expect, test } from '@jest/globals';
import { describeReach, diffFirewalls } from '../../../lambda/firewall/index.ts';
import { rule, world } from '../build-rule.ts';
import { describeRules, rankAsOpen } from './describe.ts';

describe('ports', () => {
  test.each([
    [rule('tcp', 22, 22, world), 'tcp 22 (SSH)'],
    [rule('tcp', 8443, 8443, world), 'tcp 8443'],
    [rule('udp', 22, 22, world), 'udp 22'],
    [rule('udp', 53, 53, world), 'udp 53 (DNS)'],
    [rule('tcp', 20, 25, world), 'tcp 20-25'],
    [rule('tcp', 1, 65535, world), 'tcp 1-65535'],
    [rule('tcp', 0, 65534, world), 'tcp 0-65534'],
    [rule('tcp', 0, 65535, world), 'all tcp ports'],
    [rule('udp', 0, 65535, world), 'all udp ports'],
    [rule('all', 0, 65535, world), 'all protocols'],
    [rule('icmp', -1, -1, world), 'all ICMP'],
    [rule('icmpv6', -1, -1, world), 'all ICMPv6'],
    [rule('icmp', 8, -1, world), 'icmp echo request (ping)'],
    [rule('icmp', 8, 0, world), 'icmp echo request (ping)'],
    [rule('icmp', 8, 1, world), 'icmp type 8 code 1'],
    [rule('icmp', 0, 0, world), 'icmp echo reply'],
    [rule('icmpv6', 128, 0, world), 'icmpv6 echo request (ping)'],
    [rule('icmpv6', 129, 0, world), 'icmpv6 echo reply'],
    [rule('icmpv6', 8, 0, world), 'icmpv6 type 8 code 0'],
    [rule('icmp', 3, 1, world), 'icmp type 3 code 1'],
    [rule('icmp', 3, -1, world), 'icmp type 3'],
    [rule('icmp', 22, 22, world), 'icmp type 22 code 22'],
    [rule('gre', -1, -1, world), 'unknown protocol "gre"'],
    [rule('sctp', 22, 30, world), 'unknown protocol "sctp" 22-30'],
    [rule('', 22, 22, world), 'unknown protocol "" 22'],
  ])('%j', (one, what) => {
    expect(describeRules(one)).toEqual([`${what} from anywhere (0.0.0.0/0)`]);
  });

  test.each([
    [[rule('icmp', 3, -1, world), rule('icmp', 4, -1, world)], 'icmp types 3-4'],
    [[rule('icmp', 3, 1, world), rule('icmp', 3, 2, world)], 'icmp type 3 codes 1-2'],
    [[rule('icmp', 3, 255, world), rule('icmp', 4, 0, world)], 'icmp type 3 code 255 to type 4 code 0'],
    [[rule('icmp', 7, -1, world), rule('icmp', 8, -1, world)], 'icmp types 7-8'],
  ])('types and codes that touch: %j', (rules, what) => {
    expect(describeRules(...rules)).toEqual([`${what} from anywhere (0.0.0.0/0)`]);
  });

  test('everything but tcp, udp and ICMP has a name', () => {
    const tcp = ['tcp', 'udp'].map((protocol) => rule(protocol, 0, 65535, world));
    const { closed } = diffFirewalls([rule('all', 0, 65535, world)], [...tcp, rule('icmp', -1, -1, world)]);
    expect(describeReach(closed, rankAsOpen(closed)).phrases.map(({ what }) => what)).toEqual([
      'all ICMPv6',
      'all other IP protocols',
    ]);
  });
});

describe('ICMP between two types, or within one', () => {
  test.each([
    [8 * 256, 9 * 256 + 255, 'icmp types 8-9'],
    [8 * 256, 8 * 256 + 3, 'icmp type 8 codes 0-3'],
    [8 * 256 + 5, 8 * 256 + 255, 'icmp type 8 codes 5-255'],
    [3 * 256 + 5, 3 * 256 + 255, 'icmp type 3 codes 5-255'],
    [3 * 256 + 5, 4 * 256 + 255, 'icmp type 3 code 5 to type 4 code 255'],
  ])('%d to %d is %s', (from, to, what) => {
    const [phrase] = describeReach(
      [{ protocol: 'icmp', from, to, sources: [world] }],
      rankAsOpen([{ protocol: 'icmp', from, to, sources: [world] }]),
    ).phrases;
    expect(phrase?.what).toBe(what);
  });
});
