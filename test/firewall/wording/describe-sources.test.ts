import { describe, expect, test } from '@jest/globals';
import { describeReach, diffFirewalls, renderPhrase } from '../../../lambda/firewall/index.ts';
import { everybody, reachOf, rule, world } from '../build-rule.ts';
import { describeOpened, describeRules, rankAsOpen } from './describe.ts';

describe('sources', () => {
  test.each([
    [everybody, 'anywhere'],
    [[world], 'anywhere (0.0.0.0/0)'],
    [['0.0.0.0/1', '128.0.0.0/1'], 'anywhere (0.0.0.0/0)'],
    [['::/0'], 'anywhere (::/0)'],
    [['203.0.113.7'], '203.0.113.7/32'],
    [['198.51.100.0/24', '203.0.113.7', '2001:db8::/32'], '198.51.100.0/24, 203.0.113.7/32, 2001:db8::/32'],
    [[...everybody, '@lightsail-connect'], 'anywhere, lightsail-connect (SSH and RDP in the browser)'],
    [[world, '2001:db8::/32'], 'anywhere (0.0.0.0/0), 2001:db8::/32'],
    [['@office'], 'the alias "office"'],
    [['10.0.0.0/33'], '"10.0.0.0/33" (not understood)'],
    [[], 'a source that is not named'],
    [
      ['1.0.0.1', '3.0.0.1', '5.0.0.1', '7.0.0.1', '9.0.0.1', '11.0.0.1'],
      '1.0.0.1/32, 3.0.0.1/32, 5.0.0.1/32, 7.0.0.1/32 and 2 more',
    ],
    [['10.0.0.0/9', '10.128.0.0/10', '10.192.0.0/11', '10.224.0.0/12'], '10.0.0.0/8 except 10.240.0.0/12'],
    [['10.0.0.0/9', '10.128.0.0/10', '10.192.0.0/11', '192.0.2.1'], '10.0.0.0/8 (except 10.224.0.0/11), 192.0.2.1/32'],
    [['0.0.0.0/1', '128.0.0.0/2'], '0.0.0.0/1, 128.0.0.0/2'],
  ])('%j', (sources, from) => {
    expect(describeRules(rule('tcp', 22, 22, ...sources))).toEqual([`tcp 22 (SSH) from ${from}`]);
  });

  const without = (protocol: string, ...excluded: string[]) =>
    describeOpened([rule(protocol, 22, 22, ...excluded)], [rule(protocol, 22, 22, ...everybody)]);

  test('an exception is named when that is shorter than the rest', () => {
    expect(without('tcp', '203.0.113.7')).toEqual(['tcp 22 (SSH) from anywhere except 203.0.113.7/32']);
    expect(without('tcp', '203.0.113.7', '2001:db8::1')).toEqual([
      'tcp 22 (SSH) from anywhere except 203.0.113.7/32, 2001:db8::1/128',
    ]);
    expect(describeOpened([rule('tcp', 22, 22, '203.0.113.7')], [rule('tcp', 22, 22, world)])).toEqual([
      'tcp 22 (SSH) from anywhere (0.0.0.0/0) except 203.0.113.7/32',
    ]);
    expect(without('tcp', '::/0')).toEqual(['tcp 22 (SSH) from anywhere (0.0.0.0/0)']);
  });

  test('exceptions are cut like sources', () => {
    const hosts = [1, 3, 5, 7, 9, 11].map((n) => `203.0.113.${n}`);
    expect(without('tcp', ...hosts)).toEqual([
      'tcp 22 (SSH) from anywhere except 203.0.113.1/32, 203.0.113.3/32, 203.0.113.5/32 and 3 more',
    ]);
    const { opened } = diffFirewalls([rule('tcp', 22, 22, '203.0.113.7')], [rule('tcp', 22, 22, world)]);
    expect(describeReach(opened, rankAsOpen(opened), { maxSources: 1 }).phrases.map(renderPhrase)).toEqual([
      'tcp 22 (SSH) from anywhere (0.0.0.0/0) with 1 exception',
    ]);
    const two = diffFirewalls(
      [rule('tcp', 22, 22, ...hosts.slice(0, 2))],
      [rule('tcp', 22, 22, world, '2001:db8::1')],
    ).opened;
    expect(describeReach(two, rankAsOpen(two), { maxSources: 1 }).phrases.map(renderPhrase)).toEqual([
      'tcp 22 (SSH) from anywhere (0.0.0.0/0) (with 2 exceptions) and 1 more',
    ]);
  });

  test('five thousand sources are listed without a search for the shortest sentence', () => {
    const cidrs = Array.from({ length: 5000 }, (_, i) => `10.${i % 200}.${(i * 7) % 256}.${(2 * i) % 256}/32`);
    const count = reachOf(rule('tcp', 22, 22, ...cidrs))[0]!.sources.length;
    expect(describeRules(rule('tcp', 22, 22, ...cidrs))[0]).toMatch(new RegExp(` and ${count - 4} more$`));
  });
});

test('a named exception counts as a source', () => {
  const most = ['12.0.0.0/9', '12.128.0.0/10', '12.192.0.0/11', '12.224.0.0/12', '12.240.0.0/13', '12.248.0.0/14'];
  const hosts = ['13.0.0.1', '14.0.0.1', '15.0.0.1', '16.0.0.1'];
  expect(describeRules(rule('tcp', 9999, 9999, ...most, '12.252.0.0/15', '12.254.0.0/16', ...hosts))).toEqual([
    'tcp 9999 from 12.0.0.0/8 (except 12.255.0.0/16), 13.0.0.1/32, 14.0.0.1/32 and 2 more',
  ]);
});
