import { describe, expect, test } from '@jest/globals';
import {
  checkExpectedChange,
  diffFirewalls,
  type ExpectedChange,
  findExpected,
  isExpired,
  type PortState,
} from '../../../lambda/firewall/index.ts';
import { matchesGlob } from '../../../lambda/firewall/rating/glob.ts';
import { renderPrintable } from '../../../lambda/firewall/wording/printable.ts';

const rule = (protocol: string, from: number, to: number, ...cidrs: string[]): PortState => {
  return { protocol, fromPort: from, toPort: to, state: 'open', cidrs };
};
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

describe('a change wholly inside what is expected', () => {
  test('is expected, opening and closing alike', () => {
    expect(judge([], [ssh], runner)).toBe('deploy pipeline');
    expect(judge([ssh], [], runner)).toBe('deploy pipeline');
    expect(judge([ssh], [rule('tcp', 22, 22, '203.0.113.9/32')], runner)).toBe('deploy pipeline');
  });

  test('two entries together may be needed: both reasons are told, once each, in order', () => {
    const web: ExpectedChange = { protocol: 'tcp', ports: { from: 80, to: 443 }, reason: 'web' };
    const after = [ssh, rule('tcp', 443, 443, '0.0.0.0/0')];
    expect(judge([], after, { protocol: 'udp', reason: 'not this' }, web, runner)).toBe('web; deploy pipeline');
    expect(judge([], after, web)).toBeNull();
    expect(
      judge([], after, { ...web, ports: { from: 1, to: 442 } }, { ...web, ports: { from: 443, to: 500 } }, runner),
    ).toBe('web; deploy pipeline');
  });

  test('one entry that says it all is enough', () => {
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

  test('the alias is expected where anything is, or where it is named', () => {
    const alias: PortState = { protocol: 'tcp', fromPort: 22, toPort: 22, cidrListAliases: ['lightsail-connect'] };
    expect(judge([], [alias], { protocol: 'tcp', reason: 'any' })).toBe('any');
    expect(judge([], [alias], { widestSource: 'lightsail-connect', reason: 'browser' })).toBe('browser');
    expect(judge([], [alias], runner)).toBeNull();
    expect(judge([], [ssh], { widestSource: 'lightsail-connect', reason: 'browser' })).toBeNull();
  });
});

describe('one address or port outside, and none of it is expected', () => {
  test.each([
    ['another port', [rule('tcp', 23, 23, '198.51.100.7')]],
    ['a port more', [rule('tcp', 22, 23, '198.51.100.7')]],
    ['another protocol', [rule('udp', 22, 22, '198.51.100.7')]],
    ['every protocol', [rule('all', 0, 65535, '198.51.100.7')]],
    ['a wider source', [rule('tcp', 22, 22, '198.51.100.6/31')]],
    ['a wider IPv6 source', [rule('tcp', 22, 22, '2001:db8::/127')]],
    ['something else beside it', [ssh, rule('tcp', 80, 80, '198.51.100.7')]],
    ['icmp, on the axis of which 22 is something else', [rule('icmp', 0, 22, '198.51.100.7')]],
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

  test('no change at all, or no entry', () => {
    expect(judge([ssh], [ssh, ssh], runner)).toBeNull();
    expect(judge([], [ssh])).toBeNull();
  });
});

describe('P7: what is not understood is never expected', () => {
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
  test('ports without a protocol are those of tcp and udp', () => {
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

  test('a widestSource that says nothing known expects nothing', () => {
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

  test('with many stars is no slower for it', () => {
    expect(matchesGlob(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000))).toBe(false);
  });
});

describe('a person’s configuration', () => {
  test.each([
    [runner],
    [{ reason: 'x', protocol: 'ALL' }],
    [{ reason: 'x', protocol: 'icmp' }],
    [{ reason: 'x', instance: 'a', until: '2026-12-31T18:00:00.123Z' }],
    [{ reason: 'x', widestSource: '203.0.113.7', until: '2026-12-31' }],
    [{ reason: 'x', widestSource: 'lightsail-connect', until: '2026-12-31T18:00:00Z' }],
    [{ reason: 'x', ports: { from: 0, to: 65535 }, until: '2026-12-31T18:00+02:00' }],
  ])('%j is right', (value) => {
    expect(checkExpectedChange(value)).toEqual([]);
  });

  test.each([null, 5, 'tcp', [], undefined])('%j is no entry', (value) => {
    const got = value === undefined ? 'nothing' : JSON.stringify(value);
    expect(checkExpectedChange(value)).toEqual([`got ${got}; expected an object with a reason and what is expected`]);
  });

  test('every problem is told at once, each with what was got and what is expected', () => {
    const value = {
      instance: '',
      region: 7,
      protocol: 'gre',
      ports: { from: 23, to: 22 },
      widestSource: '10.0.0.0/33',
      until: '2026-02-30',
      why: 'x',
    };
    expect(checkExpectedChange(value)).toEqual([
      '"why" is not a field; expected one of instance, region, protocol, ports, widestSource, reason, until',
      'instance: got ""; expected the name of an instance, * and ? allowed',
      'region: got 7; expected the name of a region, like eu-west-1',
      'protocol: got "gre"; expected one of tcp, udp, icmp, icmpv6, all',
      'ports: got {"from":23,"to":22}; expected {"from": 22, "to": 22}, two whole numbers from 0 to 65535 in order',
      'widestSource: got "10.0.0.0/33"; expected a network (203.0.113.0/24), a prefix length (/32) or lightsail-connect',
      'until: got "2026-02-30"; expected a day like 2026-12-31 or an instant like 2026-12-31T18:00:00Z',
      'reason: got nothing; expected why this is expected, in words',
    ]);
  });

  test.each([
    [{ from: 22 }],
    [{ from: -1, to: 22 }],
    [{ from: 22, to: 65536 }],
    [{ from: 22.5, to: 23 }],
    [{ from: '22', to: '22' }],
    [{ from: 22, to: 22, step: 1 }],
    [22],
    [null],
    [[22, 22]],
  ])('ports %j are refused', (ports) => {
    expect(checkExpectedChange({ reason: 'x', protocol: 'tcp', ports })).toHaveLength(1);
  });

  test.each([
    '2026-13-01',
    '2026-11-31',
    '2026-11-23T25:00:00Z',
    '2026-11-23T10:00:00',
    '23.11.2026',
    'tomorrow',
    '',
    20261123,
    '2026-11-23 10:00Z',
  ])('until %j is refused', (until) => {
    expect(checkExpectedChange({ reason: 'x', protocol: 'tcp', until })).toHaveLength(1);
  });

  test.each([' ', '', 7, null])('the reason %j is none', (reason) => {
    expect(checkExpectedChange({ protocol: 'tcp', reason })).toHaveLength(1);
  });

  test('an entry that would silence everything is refused', () => {
    expect(checkExpectedChange({ region: 'eu-west-1', reason: 'peace' })).toEqual([
      'expected at least one of instance, protocol, ports, widestSource: without any, every change would be expected',
    ]);
  });

  test.each(['icmp', 'ICMPv6'])('ports with %s are refused: it has none', (protocol) => {
    expect(checkExpectedChange({ protocol, ports: { from: 8, to: 8 }, reason: 'ping' })).toEqual([
      `ports: got {"from":8,"to":8} with protocol "${protocol}"; expected ports with tcp or udp only`,
    ]);
  });

  test.each([
    ['protocol', ['tcp']],
    ['widestSource', ['/32']],
    ['until', ['2026-12-31']],
    ['until', 'on 2026-12-31'],
    ['until', '2026-12-31T18:00:00.Z'],
    ['instance', ['web']],
  ])('%s %j is refused', (name, value) => {
    expect(checkExpectedChange({ reason: 'x', region: 'r', ports: { from: 1, to: 1 }, [name]: value })).toEqual([
      expect.stringContaining(`${name}: got ${JSON.stringify(value)}; expected `),
    ]);
  });

  test('a long value is cut at a hundred characters', () => {
    const problem = (length: number) => checkExpectedChange({ protocol: 'x'.repeat(length), reason: 'x' })[0];
    expect(problem(98)).toBe(`protocol: got "${'x'.repeat(98)}"; expected one of tcp, udp, icmp, icmpv6, all`);
    expect(problem(99)).toBe(`protocol: got "${'x'.repeat(99)}…; expected one of tcp, udp, icmp, icmpv6, all`);
    expect(checkExpectedChange({ protocol: 'tcp', reason: 7 })).toEqual([
      'reason: got 7; expected why this is expected, in words',
    ]);
  });

  test('nor is it ever written whole', () => {
    const [problem] = checkExpectedChange({ protocol: 'x'.repeat(1000), reason: 'x' });
    expect(problem!.length).toBeLessThan(200);
  });
});

test('a value is shown up to its hundredth character, and then it says that there was more', () => {
  const problemOf = (length: number) => checkExpectedChange('x'.repeat(length - 2))[0];
  expect(problemOf(100)).toBe(`got "${'x'.repeat(98)}"; expected an object with a reason and what is expected`);
  expect(problemOf(101)).toBe(`got "${'x'.repeat(99)}…; expected an object with a reason and what is expected`);
  const numbers = Array.from({ length: 300 }, () => 1);
  expect(checkExpectedChange(numbers)[0]).toBe(
    `got ${JSON.stringify(numbers).slice(0, 100)}…; expected an object with a reason and what is expected`,
  );
});

test('the name of a blueprint is printed up to its hundredth character', () => {
  expect(renderPrintable('x'.repeat(100))).toBe('x'.repeat(100));
  expect(renderPrintable('x'.repeat(101))).toBe(`${'x'.repeat(100)}…`);
});

test.each([
  ['/0', '0.0.0.0/0', true],
  ['/8', '12.0.0.0/8', true],
  ['/8', '12.0.0.0/7', false],
  ['/128', '2001:db8::1', true],
  ['/128', '2001:db8::/127', false],
  ['/32x', '203.0.113.7', false],
  ['/129', '2001:db8::1', false],
])('the prefix length %s lets %s be expected: %j', (widestSource, source, isExpected) => {
  const [expected] = [{ widestSource, reason: 'r' }];
  expect(judge([], [rule('tcp', 22, 22, source)], expected)).toBe(isExpected ? 'r' : null);
  const isKnown = widestSource !== '/32x' && widestSource !== '/129';
  expect(checkExpectedChange({ ...expected, protocol: 'tcp' })).toHaveLength(isKnown ? 0 : 1);
});

test('two entries may together expect what neither does alone', () => {
  const both: ExpectedChange[] = [
    { ports: { from: 22, to: 22 }, reason: 'shell' },
    { ports: { from: 80, to: 80 }, reason: 'site' },
  ];
  const opened = diffFirewalls([], [rule('tcp', 22, 22, '203.0.113.7'), rule('tcp', 80, 80, '203.0.113.7')]);
  expect(findExpected(opened, where, both, now)).toEqual({ reason: 'shell; site' });
  expect(findExpected(opened, where, both.slice(1), now)).toBeNull();
});

test('an entry that nothing of the change needed gives no reason', () => {
  const from = (widestSource: string, reason: string): ExpectedChange => {
    return { ports: { from: 22, to: 22 }, widestSource, reason };
  };
  const entries = [from('203.0.113.0/24', 'office'), from('192.0.2.0/24', 'lab'), from('198.51.100.0/24', 'home')];
  const opened = diffFirewalls([], [rule('tcp', 22, 22, '203.0.113.7', '198.51.100.7')]);
  expect(findExpected(opened, where, entries, now)).toEqual({ reason: 'office; home' });
});
