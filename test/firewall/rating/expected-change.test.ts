import { describe, expect, test } from '@jest/globals';
import {
  diffFirewalls,
  type ExpectedChange,
  findExpected,
  isExpired,
  type PortState,
} from '../../../lambda/firewall/index.ts';
import { matchesGlob } from '../../../lambda/firewall/rating/glob.ts';
import { rule } from '../build-rule.ts';

const where = { instanceName: 'web-1', region: 'eu-west-1' };
const now = '2026-11-23T10:00:00.000Z';

function judge(before: PortState[], after: PortState[], ...expected: ExpectedChange[]): string | null {
  return findExpected(diffFirewalls(before, after), where, expected, now)?.reason ?? null;
}

const runner: ExpectedChange = {
  instance: 'web-*',
  region: 'eu-west-1',
  protocol: 'tcp',
  ports: { from: 22, to: 22 },
  widestSource: '/32',
  reason: 'deploy pipeline',
};
const ssh = rule('tcp', 22, 22, '198.51.100.7/32');

describe('a change inside the expected changes', () => {
  test('is expected, for openings and for closings', () => {
    expect(judge([], [ssh], runner)).toBe('deploy pipeline');
    expect(judge([ssh], [], runner)).toBe('deploy pipeline');
    expect(judge([ssh], [rule('tcp', 22, 22, '203.0.113.9/32')], runner)).toBe('deploy pipeline');
  });

  test('several elements together can allow a change: the reasons are listed once each, in order', () => {
    const web: ExpectedChange = { protocol: 'tcp', ports: { from: 80, to: 443 }, reason: 'web' };
    const after = [ssh, rule('tcp', 443, 443, '0.0.0.0/0')];
    expect(judge([], after, { protocol: 'udp', reason: 'not this' }, web, runner)).toBe('web; deploy pipeline');
    expect(judge([], after, web)).toBeNull();
    expect(
      judge([], after, { ...web, ports: { from: 1, to: 442 } }, { ...web, ports: { from: 443, to: 500 } }, runner),
    ).toBe('web; deploy pipeline');
  });

  test('one element that allows the whole change is enough', () => {
    expect(judge([], [ssh], { protocol: 'tcp', reason: 'any tcp' }, runner)).toBe('any tcp');
  });

  test('a source may be part of a wider network that is expected', () => {
    const office: ExpectedChange = { widestSource: '203.0.113.0/24', reason: 'office' };
    expect(judge([], [rule('tcp', 22, 22, '203.0.113.7', '203.0.113.128/25')], office)).toBe('office');
    expect(judge([], [rule('all', 0, 65535, '203.0.113.0/24')], office)).toBe('office');
    expect(judge([], [rule('tcp', 22, 22, '203.0.112.0/23')], office)).toBeNull();
    expect(judge([], [rule('tcp', 22, 22, '203.0.113.7', '203.0.114.7')], office)).toBeNull();
    expect(judge([], [rule('tcp', 22, 22, '2001:db8::1')], { widestSource: '2001:db8::/64', reason: 'six' })).toBe(
      'six',
    );
  });

  test('the alias is expected if any source is expected, or if the element names it', () => {
    const alias: PortState = { protocol: 'tcp', fromPort: 22, toPort: 22, cidrListAliases: ['lightsail-connect'] };
    expect(judge([], [alias], { protocol: 'tcp', reason: 'any' })).toBe('any');
    expect(judge([], [alias], { widestSource: 'lightsail-connect', reason: 'browser' })).toBe('browser');
    expect(judge([], [alias], runner)).toBeNull();
    expect(judge([], [ssh], { widestSource: 'lightsail-connect', reason: 'browser' })).toBeNull();
  });
});

describe('a change with one address or port outside is not expected', () => {
  test.each([
    ['another port', [rule('tcp', 23, 23, '198.51.100.7')]],
    ['a port more', [rule('tcp', 22, 23, '198.51.100.7')]],
    ['another protocol', [rule('udp', 22, 22, '198.51.100.7')]],
    ['every protocol', [rule('all', 0, 65535, '198.51.100.7')]],
    ['a wider source', [rule('tcp', 22, 22, '198.51.100.6/31')]],
    ['a wider IPv6 source', [rule('tcp', 22, 22, '2001:db8::/127')]],
    ['something else beside it', [ssh, rule('tcp', 80, 80, '198.51.100.7')]],
    ['icmp, where 22 is a type and not a port', [rule('icmp', 0, 22, '198.51.100.7')]],
  ])('%s', (_, after) => {
    expect(judge([], after, runner)).toBeNull();
    expect(judge(after, [], runner)).toBeNull();
  });

  test('another instance, another region', () => {
    expect(judge([], [ssh], { ...runner, instance: 'db-*' })).toBeNull();
    expect(judge([], [ssh], { ...runner, region: 'eu-west-2' })).toBeNull();
  });

  test('a change that only opens or closes partly inside', () => {
    const web = rule('tcp', 80, 80, '0.0.0.0/0');
    expect(judge([web], [ssh], runner)).toBeNull();
  });

  test('an empty change, or an empty list', () => {
    expect(judge([ssh], [ssh, ssh], runner)).toBeNull();
    expect(judge([], [ssh])).toBeNull();
  });
});

describe('P7: a rule that is not understood is never expected', () => {
  const anything: ExpectedChange = { instance: '*', reason: 'all is well' };
  test.each([
    ['an unknown protocol', [rule('gre', 0, 0, '10.0.0.1')]],
    ['a malformed source', [rule('tcp', 22, 22, '10.0.0.0/33')]],
    ['no source', [rule('tcp', 22, 22)]],
    ['an unknown alias', [{ ...rule('tcp', 22, 22), cidrListAliases: ['office'] }]],
    ['an unknown field', [{ ...ssh, action: 'allow' }]],
  ])('%s', (_, after) => {
    expect(judge([], [ssh], anything)).toBe('all is well');
    expect(judge([], after, anything)).toBeNull();
    expect(judge(after, [], anything)).toBeNull();
  });
});

describe('fields', () => {
  test('ports without a protocol are ports of tcp and udp', () => {
    const ports: ExpectedChange = { ports: { from: 22, to: 22 }, reason: 'p' };
    expect(judge([], [rule('udp', 22, 22, '10.0.0.1'), ssh], ports)).toBe('p');
    expect(judge([], [rule('icmp', 0, 22, '10.0.0.1')], ports)).toBeNull();
  });

  test('all is every protocol, TCP is tcp', () => {
    expect(judge([], [rule('all', 0, 65535, '10.0.0.1')], { protocol: 'all', reason: 'a' })).toBe('a');
    expect(judge([], [ssh], { protocol: 'TCP', reason: 'a' })).toBe('a');
    expect(judge([], [rule('icmp', 8, -1, '10.0.0.1')], { protocol: 'icmp', reason: 'a' })).toBe('a');
  });

  test.each([
    ['/24', '198.51.100.0/24', 'r'],
    ['/24', '198.51.100.0/25', 'r'],
    ['/24', '198.51.100.0/23', null],
    ['/24', '2001:db8::/120', 'r'],
    ['/24', '2001:db8::/119', null],
    ['/64', '2001:db8::/64', 'r'],
    ['/64', '2001:db8::/63', null],
    ['/64', '198.51.100.7/32', null],
    ['/0', '0.0.0.0/0', 'r'],
  ])('widestSource %s: is %s expected? %j', (widestSource, source, reason) => {
    expect(judge([], [rule('tcp', 22, 22, source)], { widestSource, reason: 'r' })).toBe(reason);
  });

  test('an unknown widestSource allows nothing', () => {
    for (const widestSource of ['/129', 'office', ''])
      expect(judge([], [ssh], { widestSource, reason: 'r' })).toBeNull();
  });

  test.each([
    ['2026-11-23', false],
    ['2026-11-22', true],
    ['2026-11-23T10:00:00.000Z', false],
    ['2026-11-23T09:59:59.999Z', true],
    ['2026-11-23T12:00:00+03:00', true],
    ['sometime', true],
    [undefined, false],
  ])('until %s: expired? %s', (until, expired) => {
    const entry = { ...runner, ...(until !== undefined && { until }) };
    expect(isExpired(entry, now)).toBe(expired);
    expect(judge([], [ssh], entry)).toBe(expired ? null : 'deploy pipeline');
  });
});

describe('a glob', () => {
  test.each([
    ['web-1', 'web-1', true],
    ['web-1', 'web-10', false],
    ['web-*', 'web-', true],
    ['*', '', true],
    ['', '', true],
    ['', 'x', false],
    ['*-1', 'web-1-1', true],
    ['w?b', 'web', true],
    ['w?b', 'wb', false],
    ['w*b*1', 'web-b1', true],
    ['w*b*1', 'web-b2', false],
    ['w.b', 'web', false],
    ['[web]', 'w', false],
    ['a*', 'b', false],
    ['?', '', false],
    ['**a', 'a', true],
    ['web', 'WEB', false],
  ])('%j matches %j: %s', (pattern, name, matches) => {
    expect(matchesGlob(pattern, name)).toBe(matches);
  });

  test('with many stars is not slower', () => {
    expect(matchesGlob(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000))).toBe(false);
  });
});
