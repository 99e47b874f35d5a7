import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeReach, diffFirewalls } from '../../../lambda/firewall/index.ts';
import { canonicaliseReach } from '../../../lambda/firewall/sets/canonical-reach.ts';
import { findFewestLines } from '../../../lambda/firewall/wording/fewest-lines.ts';
import { pairs, runs, textOf } from '../arbitrary-firewall.ts';
import { everybody, rule, world } from '../build-rule.ts';
import { expectSame } from '../expect-same.ts';
import { coveredBy, describeRules, rankAsOpen, toCanonical } from './describe.ts';

describe('lines', () => {
  test('an L is described in two overlapping lines, not in three parts', () => {
    expect(describeRules(rule('tcp', 22, 22, world), rule('tcp', 0, 65535, '198.51.100.0/24'))).toEqual([
      'all tcp ports from 198.51.100.0/24',
      'tcp 22 (SSH) from anywhere (0.0.0.0/0)',
    ]);
  });

  test('a cross is two lines too', () => {
    expect(
      describeRules(rule('tcp', 10, 20, '10.0.0.0/8'), rule('tcp', 14, 16, '10.0.0.0/8', '192.168.0.0/16')),
    ).toEqual(['tcp 10-20 from 10.0.0.0/8', 'tcp 14-16 from 192.168.0.0/16']);
  });

  test('a staircase is one line for each step', () => {
    expect(
      describeRules(rule('tcp', 1, 10, '10.0.0.1'), rule('tcp', 5, 15, '10.0.0.3'), rule('tcp', 8, 20, '10.0.0.5')),
    ).toEqual(['tcp 1-10 from 10.0.0.1/32', 'tcp 5-15 from 10.0.0.3/32', 'tcp 8-20 from 10.0.0.5/32']);
  });

  test('all protocols for some, one port for the rest', () => {
    expect(describeRules(rule('all', 0, 65535, '203.0.113.0/24'), rule('tcp', 443, 443, ...everybody))).toEqual([
      'all protocols from 203.0.113.0/24',
      'tcp 443 (HTTPS) from anywhere',
    ]);
  });

  test('all protocols but a few ports are not all protocols', () => {
    for (const [from, to, rest] of [
      [0, 9, 'tcp 10-65535'],
      [65530, 65535, 'tcp 0-65529'],
    ] as const) {
      const { opened } = diffFirewalls([rule('tcp', from, to, world)], [rule('all', 0, 65535, world)]);
      const whats = describeReach(opened, rankAsOpen(opened)).phrases.map(({ what }) => what);
      expect(whats).toEqual([rest, 'all udp ports', 'all ICMP', 'all ICMPv6', 'all other IP protocols']);
    }
  });

  test('lines of one severity are sorted by protocol and port, the longer line first', () => {
    const sentences = describeRules(
      rule('gre', 1, 1, world),
      rule('icmp', 8, -1, world),
      rule('udp', 53, 53, world),
      rule('tcp', 80, 80, world),
      rule('tcp', 22, 30, '10.0.0.1'),
      rule('tcp', 22, 22, '10.0.0.5'),
    );
    expect(sentences.map((phrase) => phrase.split(' from ')[0])).toEqual([
      'udp 53 (DNS)',
      'unknown protocol "gre" 1',
      'tcp 22-30',
      'tcp 22 (SSH)',
      'tcp 80 (HTTP)',
      'icmp echo request (ping)',
    ]);
  });
});

test('P2: the lines cover exactly the reach', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const { opened } = diffFirewalls(textOf(a), textOf(b));
      expectSame(canonicaliseReach(coveredBy(findFewestLines(toCanonical(opened)))), opened);
    }),
    { numRuns: runs / 4 },
  );
});
